import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { position, wholeNumber } from '../option-values.ts'
import { asked, asking } from '../remote/remote.ts'

export interface TailFlags {
  readonly from?: 'begin' | 'now' | number
  readonly limit?: number
}

export function describeTail(root: Command, context: CommandContext): void {
  asking(root.command('tail [what...]').description('show records, results and alerts as they come, until Ctrl-C'))
    .option('--from <place>', 'begin, now or a sequence (default: now)', position)
    .option('--limit <n>', 'end after so many rows', wholeNumber(1))
    .addHelpText('after', examples)
    .action(
      asked<TailFlags, [readonly string[]]>(context, async (remote, flags, what) => {
        const { tail } = await import('../remote/tail.ts')
        await tail(remote, what, flags)
      }),
    )
}

const examples = `
What is followed: APP/OUTPUT, APP (all its outputs), the name of a stream; nothing: the alerts of all apps.
A connection that breaks is opened again behind the last row: nothing is missed, nothing comes twice.

Examples:
  $ millrace tail
  $ millrace tail failures/alerts
  $ millrace tail alarms --json | jq .value`
