import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { position, repeated } from '../option-values.ts'
import { asked, asking } from '../remote/remote.ts'

export interface DeployFlags {
  readonly param?: readonly string[]
  readonly yes?: boolean
  readonly start?: boolean
  readonly from?: 'begin' | 'now' | number
}

export function describeDeploy(root: Command, context: CommandContext): void {
  asking(root.command('deploy <app>').description('deploy an app: make its plan here, declare its streams, show what changes'))
    .option('-p, --param <name=value>', "a value for one of the app's params; may stand several times", repeated)
    .option('--no-start', 'only deploy it; else it is started where it never ran')
    .option('--from <place>', 'where an app that never ran begins: begin, now or a sequence (default: begin)', position)
    .option('--yes', 'do not ask where state is dropped')
    .addHelpText('after', examples)
    .action(
      asked<DeployFlags, [string]>(context, async (remote, flags, file) => {
        const { deploy } = await import('../remote/deploy.ts')
        return await deploy(remote, file, flags)
      }),
    )
}

const examples = `
The plan is made here from the TypeScript; the server gets plain data. Streams that it does not have yet are declared,
those that it has stay as they are. A running app goes on with the new plan at once; where that drops state, it asks.

Examples:
  $ millrace deploy app.ts
  $ millrace deploy app.ts --param limit=3 --from now
  $ millrace deploy app.ts --yes --json`
