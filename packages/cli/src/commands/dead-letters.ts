import type { DeadLetter } from '@millrace/api'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { wholeNumber } from '../option-values.ts'
import { asked, asking } from '../remote/remote.ts'
import { printFacts, printTable } from '../show/text-table.ts'
import { type ReadFlags, reading } from './results.ts'

export function describeDeadLetters(root: Command, context: CommandContext): void {
  const letters = root.command('dead-letters').description('read, count and replay records that did not fit their stream').addHelpText('after', examples)

  reading(letters.command('list <stream>').description('dead letters with their text and the reason')).action(
    asked<ReadFlags, [string]>(context, async (remote, flags, stream) => {
      const { showRows } = await import('../remote/rows.ts')
      const read = async (query: Parameters<typeof remote.client.readDeadLetters>[1]) => {
        const { items, next } = await remote.client.readDeadLetters(stream, query)
        return { items: remote.json ? items : items.map(shown), next }
      }
      await showRows(remote, flags, read)
    }),
  )
  asking(letters.command('totals <stream>').description('dead letters counted: by code and by key'))
    .option('--keys <n>', 'how many keys are told', wholeNumber(0), 20)
    .action(
      asked<{ readonly keys: number }, [string]>(context, async ({ client, terminal, show }, { keys }, stream) => {
        const totals = await client.deadLetterTotals(stream, { keys })
        show(totals, () => {
          printFacts(terminal, [['dead letters', `${totals.letters}, ${totals.replayed} replayed`], ...Object.entries(totals.byCode)])
          terminal.out('\n')
          printTable(terminal, keyColumns, totals.byKey, 'None has a key that could be read.')
        })
      }),
    )
  asking(letters.command('replay <stream>').description('read dead letters again, by the schema as it is now; those that fit become records, each once'))
    .option('--from <sequence>', 'the first of interest', wholeNumber(0))
    .option('--dry-run', 'only tell what would fit')
    .action(
      asked<{ readonly from?: number; readonly dryRun?: boolean }, [string]>(context, async (remote, flags, stream) => {
        const { replay } = await import('../remote/replay.ts')
        await replay(remote, stream, flags)
      }),
    )
}

const keyColumns = [
  ['key', ({ key }: { readonly key: string }) => key],
  ['letters', ({ letters }: { readonly letters: number }) => letters],
] as const

/** What people look at. */
function shown({ column, code, reason, text, base64 }: DeadLetter): Readonly<Record<string, unknown>> {
  return { column, code, reason, record: text ?? `base64 ${base64}` }
}

const examples = `
Examples:
  $ millrace dead-letters list alarms
  $ millrace dead-letters list alarms --since 2026-09-21 --json
  $ millrace dead-letters totals alarms
  $ millrace dead-letters replay alarms --dry-run`
