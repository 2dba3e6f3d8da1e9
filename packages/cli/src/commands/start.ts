import { type Command, Option } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { position } from '../option-values.ts'
import { asked, asking } from '../remote/remote.ts'

interface StartFlags {
  readonly from?: 'begin' | 'now' | number
  readonly savepoint?: string
  readonly fresh?: boolean
}

export function describeStart(root: Command, context: CommandContext): void {
  asking(root.command('start <app>').description('start an app; one that ran before goes on where it was'))
    .option('--from <place>', 'where one without state begins: begin, now or a sequence', position)
    .option('--savepoint <name>', 'go on from this savepoint')
    .addOption(new Option('--fresh', 'forget its state and compute everything anew, from --from on').conflicts('savepoint'))
    .addHelpText(
      'after',
      '\nExamples:\n  $ millrace start failures\n  $ millrace start failures --savepoint before-upgrade\n  $ millrace start failures --fresh --from begin',
    )
    .action(
      asked<StartFlags, [string]>(context, async ({ client, terminal, show }, { from, savepoint, fresh }, name) => {
        const app = fresh ? await client.startAppFresh(name, { from }) : await client.startApp(name, { from, savepoint })
        show(app, () => terminal.err(`${app.name}, version ${app.version}: ${app.state}\n`))
      }),
    )
}
