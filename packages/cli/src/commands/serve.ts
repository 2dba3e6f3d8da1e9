import { type Command, Option } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { wholeNumber } from '../option-values.ts'
import type { ServeFlags } from '../serve/serve.ts'

export function describeServe(root: Command, { terminal, environment, finish }: CommandContext): void {
  root
    .command('serve')
    .description('run the platform: streams, apps and their results for many tenants, over HTTP')
    .option('--data <dir>', 'folder of all that the server keeps (default: millrace-data)')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <n>', 'port of the REST API, 0: any that is free (default: 8080)', wholeNumber(0))
    .option('--mqtt-port <n>', 'port of MQTT, 0: any that is free (default: no MQTT)', wholeNumber(0))
    .option('--tcp-port <n>', 'port of lines over TCP, 0: any that is free (default: no TCP)', wholeNumber(0))
    .option('--tls-key <file>', 'private key (PEM); with --tls-certificate all is served over TLS')
    .option('--tls-certificate <file>', 'certificate and its chain (PEM)')
    .option('--workers <n>', 'threads that run jobs (default: 1)', wholeNumber(0))
    .addOption(
      new Option('--log-level <level>', 'what is written to the log of the server (default: info)').choices(['debug', 'info', 'warn', 'error', 'silent']),
    )
    .option('--config <file>', 'settings as JSON (docs/settings.md)')
    .option('--check', 'check all settings, then end')
    .option('--new-operator-key', 'make a further key of the operator in the data folder, show it, then end')
    .option('--json', 'JSON, for programs: one line with the address and, at the first start, the key')
    .addHelpText('after', examples)
    .action(async (flags: ServeFlags) => {
      terminal.json = flags.json === true
      const { serve } = await import('../serve/serve.ts')
      finish(await serve(flags, terminal, environment))
    })
}

const examples = `
The first start shows the operator's key, this once. Ctrl-C lets what is under way end; started again, everything goes
on where it stopped. Every setting can stand in the file, in a variable (MILLRACE_PORT) or, the most used, in a flag.

Examples:
  $ millrace serve --data millrace-data
  $ MILLRACE_PORT=9000 millrace serve
  $ millrace serve --config millrace.json --check`
