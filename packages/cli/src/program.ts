import { Command } from 'commander'
import type { CommandContext } from './command-context.ts'
import { describeCheck } from './commands/check.ts'
import { describeGenerate } from './commands/generate.ts'
import { describePlan } from './commands/plan.ts'
import { describeRun } from './commands/run.ts'
import { describeServe } from './commands/serve.ts'

/** The `millrace` command with its subcommands; each loads what it runs only when it is called. */
export function program(version: string, context: CommandContext): Command {
  const root = new Command('millrace')
    .description('Stream analytics for fleets of sensors: apps in TypeScript, run over files or standard input.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .configureOutput({ writeOut: (text) => context.terminal.out(text), writeErr: (text) => context.terminal.err(text) })
    .showHelpAfterError('(--help shows examples)')
    .exitOverride()
    .addHelpText('after', examples)
  for (const describe of [describeRun, describePlan, describeCheck, describeGenerate, describeServe]) describe(root, context)
  for (const command of root.commands) {
    command
      .helpOption('-h, --help', 'show this help')
      .option('--debug', 'show the stack of errors')
      .hook('preAction', () => {
        context.terminal.debug = command.opts()['debug'] === true
      })
  }
  return root
}

const examples = `
Examples:
  $ millrace generate bts --rows 100000 --out alarms.csv
  $ millrace check app.ts
  $ millrace run app.ts --input alarms=alarms.csv --out results
  $ millrace run app.ts --input alarms=alarms.csv --format table --param limit=3
  $ millrace serve --data millrace-data

Exit codes:
  0  done
  1  the app, the plan or the data was refused
  2  the command line was wrong
  3  a file could not be read or written
  70 a fault of Millrace itself
  130 ended by Ctrl-C`
