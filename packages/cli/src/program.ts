import { MillraceError } from '@millrace/plan'
import { Command } from 'commander'
import type { CommandContext } from './command-context.ts'
import { describeAlerts } from './commands/alerts.ts'
import { describeApps } from './commands/apps.ts'
import { describeAudit } from './commands/audit.ts'
import { describeBackup } from './commands/backup.ts'
import { describeCheck } from './commands/check.ts'
import { describeCompletion } from './commands/completion.ts'
import { describeDeadLetters } from './commands/dead-letters.ts'
import { describeDeploy } from './commands/deploy.ts'
import { describeFileSinks } from './commands/file-sinks.ts'
import { describeGenerate } from './commands/generate.ts'
import { describeKeys } from './commands/keys.ts'
import { describeLogin } from './commands/login.ts'
import { describePlan } from './commands/plan.ts'
import { describeQuery } from './commands/query.ts'
import { describeRestore } from './commands/restore.ts'
import { describeLate, describeResults } from './commands/results.ts'
import { describeRun } from './commands/run.ts'
import { describeSend } from './commands/send.ts'
import { describeServe } from './commands/serve.ts'
import { describeSimulate } from './commands/simulate.ts'
import { describeSinks } from './commands/sinks.ts'
import { describeSources } from './commands/sources.ts'
import { describeStart } from './commands/start.ts'
import { describeStatus } from './commands/status.ts'
import { describeStop } from './commands/stop.ts'
import { describeStreams } from './commands/streams.ts'
import { describeTail } from './commands/tail.ts'
import { describeTenants } from './commands/tenants.ts'
import { describeUsage } from './commands/usage.ts'
import { describeWebhooks } from './commands/webhooks.ts'
import { reportFailure } from './failure.ts'

/** The `millrace` command with its subcommands; each loads what it runs only when it is called. */
export function program(version: string, context: CommandContext): Command {
  const { terminal } = context
  const root = new Command('millrace')
    .description('Stream analytics for fleets of sensors: apps in TypeScript, run over files or on a server for many tenants.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      outputError: (text, write) => {
        if (terminal.json === true) reportFailure(new MillraceError('CLI_COMMAND_LINE', { reason: text.replace(/^error: /, '').trimEnd() }), terminal)
        else write(text)
      },
    })
    .showHelpAfterError(terminal.json === true ? false : '(--help shows examples)')
    .exitOverride()
    .addHelpText('after', examples)
  for (const [group, describes] of Object.entries(groups)) {
    root.commandsGroup(`${group}:`)
    for (const describe of describes) describe(root, context)
  }
  for (const command of root.commands) addDebug(command, context)
  return root
}

/** To the command and those below it. */
function addDebug(command: Command, context: CommandContext): void {
  command
    .helpOption('-h, --help', 'show this help')
    .option('--debug', 'show the stack of errors')
    .hook('preAction', (_command, called) => {
      context.terminal.debug = called.optsWithGlobals()['debug'] === true
    })
  for (const below of command.commands) addDebug(below, context)
}

const groups = {
  'On this machine': [describeRun, describePlan, describeCheck, describeGenerate, describeServe, describeRestore],
  'Apps on a server': [describeLogin, describeDeploy, describeStart, describeStop, describeStatus, describeApps, describeStreams],
  'Records in and out': [
    describeSend,
    describeSimulate,
    describeTail,
    describeAlerts,
    describeResults,
    describeLate,
    describeDeadLetters,
    describeQuery,
    describeWebhooks,
    describeFileSinks,
    describeSources,
    describeSinks,
  ],
  Administration: [describeTenants, describeKeys, describeUsage, describeAudit, describeBackup, describeCompletion],
} satisfies Readonly<Record<string, readonly ((root: Command, context: CommandContext) => void)[]>>

const examples = `
Examples:
  $ millrace generate bts --rows 100000 --out alarms.csv
  $ millrace check app.ts
  $ millrace run app.ts --input alarms=alarms.csv --out results
  $ millrace run app.ts --input alarms=alarms.csv --format table --param limit=3
  $ millrace serve --data millrace-data
  $ millrace login http://localhost:8080
  $ millrace deploy app.ts
  $ millrace tail

Exit codes:
  0  done
  1  the app, the plan, the data or the request was refused
  2  the command line was wrong
  3  a file could not be read or written, a server could not be reached
  70 a fault of Millrace itself
  130 ended by Ctrl-C`
