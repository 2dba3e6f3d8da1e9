import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { asked, asking } from '../remote/remote.ts'

export function describeStop(root: Command, context: CommandContext): void {
  asking(root.command('stop <app>').description('stop an app, with a snapshot'))
    .option('--savepoint <name>', 'keep its state under this name as well')
    .addHelpText('after', '\nExamples:\n  $ millrace stop failures\n  $ millrace stop failures --savepoint before-upgrade')
    .action(
      asked<{ readonly savepoint?: string }, [string]>(context, async ({ client, terminal, show }, { savepoint }, name) => {
        const app = await client.stopApp(name, { savepoint })
        show(app, () => terminal.err(`${app.name}: ${app.state}${savepoint === undefined ? '' : `, its state is kept as ${savepoint}`}\n`))
      }),
    )
}
