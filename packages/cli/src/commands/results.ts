import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { instantMs, position, wholeNumber } from '../option-values.ts'
import { asked, asking } from '../remote/remote.ts'

export interface ReadFlags {
  readonly from?: 'begin' | 'now' | number
  readonly since?: number
  readonly limit: number
}

/** Adds the options of commands that read what a stream of the log holds. */
export function reading(command: Command): Command {
  return asking(command)
    .option('--from <place>', 'begin, now or a sequence (default: begin)', position)
    .option('--since <time>', 'what came in at this time or later: 2026-09-21T10:00:00Z', instantMs)
    .option('--limit <n>', 'rows at most', wholeNumber(1), 1000)
}

export function describeResults(root: Command, context: CommandContext): void {
  reading(root.command('results <app> [output]').description('read results of an app: of the output, or of its first one'))
    .addHelpText(
      'after',
      '\nExamples:\n  $ millrace results failures\n  $ millrace results failures alerts --since 2026-09-21 --limit 20\n  $ millrace results failures --json > rows.ndjson',
    )
    .action(
      asked<ReadFlags, [string, string | undefined]>(context, async (remote, flags, app, output) => {
        const { outputOf, showRows } = await import('../remote/rows.ts')
        const name = await outputOf(remote.client, app, output)
        await showRows(remote, flags, (query) => remote.client.readResults(app, name, query))
      }),
    )
}

export function describeLate(root: Command, context: CommandContext): void {
  reading(root.command('late <app> [operator]').description('read records that came too late for all windows of an aggregate'))
    .addHelpText('after', '\nExamples:\n  $ millrace late failures\n  $ millrace late failures aggregate-1 --json')
    .action(
      asked<ReadFlags, [string, string | undefined]>(context, async (remote, flags, app, operator) => {
        const { showRows, windowOf } = await import('../remote/rows.ts')
        const name = await windowOf(remote.client, app, operator)
        await showRows(remote, flags, (query) => remote.client.readLateRecords(app, name, query))
      }),
    )
}
