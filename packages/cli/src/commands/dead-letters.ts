import type { DeadLetter } from '@millrace/api'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { asked } from '../remote/remote.ts'
import { type ReadFlags, reading } from './results.ts'

export function describeDeadLetters(root: Command, context: CommandContext): void {
  const letters = root.command('dead-letters').description('read records that did not fit their stream').addHelpText('after', examples)

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
}

/** What people look at. */
function shown({ column, code, reason, text, base64 }: DeadLetter): Readonly<Record<string, unknown>> {
  return { column, code, reason, record: text ?? `base64 ${base64}` }
}

const examples = `
Examples:
  $ millrace dead-letters list alarms
  $ millrace dead-letters list alarms --since 2026-09-21 --json`
