import type { FileSink } from '@millrace/api'
import { type Command, Option } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { exitCodes } from '../exit-codes.ts'
import { wholeNumber } from '../option-values.ts'
import { confirmed } from '../remote/confirmed.ts'
import { asked, asking } from '../remote/remote.ts'
import { printTable } from '../show/text-table.ts'

interface NewFlags {
  readonly format?: 'ndjson' | 'csv'
  readonly every?: number
  readonly from?: 'begin' | 'now'
}

export function describeFileSinks(root: Command, context: CommandContext): void {
  const sinks = root.command('file-sinks').description('write results of an output to files').addHelpText('after', examples)
  const command = (text: string, description: string) => asking(sinks.command(text).description(description))

  command('list', 'all file sinks, and how far they are').action(
    asked(context, async ({ client, terminal, show }) => {
      const list = await client.listFileSinks()
      show(list, () => printTable(terminal, columns, list.items, 'There are no file sinks.'))
    }),
  )
  command('create <sink> <app/output>', 'make one')
    .addOption(new Option('-f, --format <format>', 'how results are written (default: ndjson)').choices(['ndjson', 'csv']))
    .option('--every <seconds>', 'a file is finished so long after its first result (default: 60)', wholeNumber(1))
    .addOption(new Option('--from <place>', 'where it begins (default: now)').choices(['begin', 'now']))
    .action(
      asked<NewFlags, [string, string]>(context, async ({ client, terminal, show }, { format, every, from }, name, what) => {
        const [app = '', output = ''] = what.split('/')
        const made = await client.createFileSink(name, { app, output, format, everySeconds: every, from })
        show(made, () => terminal.err(`Made the file sink ${name}: a file every ${made.everySeconds} s, as ${made.format}.\n`))
      }),
    )
  command('delete <sink>', 'end it; its files stay')
    .option('--yes', 'do not ask')
    .action(
      asked<{ readonly yes?: boolean }, [string]>(context, async ({ client, terminal, show }, { yes }, name) => {
        if (!(await confirmed(terminal, `What ${name} has not written will not be.`, yes))) return exitCodes.refused
        await client.deleteFileSink(name)
        show({ deleted: name }, () => terminal.err(`Ended the file sink ${name}.\n`))
      }),
    )
}

const columns = [
  ['sink', ({ name }: FileSink) => name],
  ['of', ({ app, output }: FileSink) => `${app}/${output}`],
  ['format', ({ format }: FileSink) => format],
  ['files', ({ files }: FileSink) => files],
  ['results', ({ rows }: FileSink) => rows],
  ['state', ({ waiting, ended }: FileSink) => ended ?? waiting ?? 'works'],
] as const

const examples = `
They lie in the folder that the server was given (setting folder), one below for each tenant.

Examples:
  $ millrace file-sinks create hourly failures/failures --format csv --every 3600
  $ millrace file-sinks list`
