import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { durationMs } from '../option-values.ts'
import { asked, asking } from '../remote/remote.ts'

export function describeStatus(root: Command, context: CommandContext): void {
  asking(root.command('status [app]').description('how apps are: state, rate, lag, watermark delay, results, alerts'))
    .option('--over <duration>', 'rates are measured over this time', durationMs, 1000)
    .addHelpText('after', '\nExamples:\n  $ millrace status\n  $ millrace status failures --over 10s --json')
    .action(
      asked<{ readonly over: number }, [string | undefined]>(context, async (remote, { over }, app) => {
        const { showStatus } = await import('../remote/status.ts')
        await showStatus(remote, app, over)
      }),
    )
}
