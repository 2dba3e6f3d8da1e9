import type { Sink } from '@millrace/api'
import { type Command, Option } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { placeCell, stateCell } from '../connectors/cells.ts'
import { outgoingText, parseOutgoing } from '../connectors/outgoing.ts'
import type { SettingsFlags } from '../connectors/system-settings.ts'
import { exitCodes } from '../exit-codes.ts'
import { confirmed } from '../remote/confirmed.ts'
import { asked, asking } from '../remote/remote.ts'
import { instantCell } from '../show/cells.ts'
import { printFacts, printTable } from '../show/text-table.ts'
import type { Terminal } from '../terminal.ts'
import { type ReadFlags, reading } from './results.ts'

interface NewFlags extends SettingsFlags {
  readonly from?: 'begin' | 'now'
}

export function describeSinks(root: Command, context: CommandContext): void {
  const sinks = root.command('sinks').description('bring results to RabbitMQ, Kafka, PostgreSQL, MongoDB and Cassandra').addHelpText('after', examples)
  const command = (text: string, description: string) => asking(sinks.command(text).description(description))

  command('list', 'all sinks, and how far they are').action(
    asked(context, async ({ client, terminal, show }) => {
      const list = await client.listSinks()
      show(list, () => printTable(terminal, columns, list.items, 'There are no sinks.'))
    }),
  )
  command('show <sink>', 'a sink: its settings without secrets, and how far it is').action(
    asked<object, [string]>(context, async ({ client, terminal, show }, _flags, name) => {
      const sink = await client.getSink(name)
      show(sink, () => showSink(sink, terminal))
    }),
  )
  command('create <sink> <what> <settings>', 'make one, of a file that names a system with its settings; - is standard input')
    .option('--password-file <file>', 'the password, where it does not stand in the settings; - asks for it')
    .addOption(new Option('--from <place>', 'where it begins (default: now)').choices(['begin', 'now']))
    .action(
      asked<NewFlags, [string, string, string]>(context, async ({ client, terminal, show }, flags, name, what, file) => {
        const of = parseOutgoing(what)
        const { sinkSettings } = await import('../connectors/system-settings.ts')
        const made = await client.createSink(name, { of, from: flags.from, ...(await sinkSettings(file, flags)) })
        show(made, () => terminal.err(`Made the sink ${name}: ${outgoingText(of)}, to ${made.system}.\n`))
      }),
    )
  command('change <sink> <settings>', 'give it other settings of the same system, all of them; it goes on where it was')
    .option('--password-file <file>', 'the password, where it does not stand in the settings; - asks for it')
    .action(
      asked<SettingsFlags, [string, string]>(context, async ({ client, terminal, show }, flags, name, file) => {
        const { sinkSettings } = await import('../connectors/system-settings.ts')
        const changed = await client.changeSink(name, await sinkSettings(file, flags))
        show(changed, () => terminal.err(`Changed the sink ${name}.\n`))
      }),
    )
  for (const [word, paused, told] of pauses) {
    command(`${word} <sink>`, told).action(
      asked<object, [string]>(context, async ({ client, terminal, show }, _flags, name) => {
        const sink = await client.changeSink(name, { paused })
        show(sink, () => terminal.err(`The sink ${name} ${paused ? 'rests' : 'goes on'}.\n`))
      }),
    )
  }
  reading(sinks.command('dead-letters <sink>').description('rows that its system would not take')).action(
    asked<ReadFlags, [string]>(context, async (remote, flags, name) => {
      const { showRows } = await import('../remote/rows.ts')
      await showRows(remote, flags, (query) => remote.client.readSinkDeadLetters(name, query))
    }),
  )
  command('delete <sink>', 'end it, with its dead letters; what it brought stays')
    .option('--yes', 'do not ask')
    .action(
      asked<{ readonly yes?: boolean }, [string]>(context, async ({ client, terminal, show }, { yes }, name) => {
        if (!(await confirmed(terminal, `What ${name} has not brought will not be, and its dead letters will be gone.`, yes))) return exitCodes.refused
        await client.deleteSink(name)
        show({ deleted: name }, () => terminal.err(`Ended the sink ${name}.\n`))
      }),
    )
}

const pauses = [
  ['pause', true, 'let it rest; what it needs is kept'],
  ['resume', false, 'let it go on where it was'],
] as const

const columns = [
  ['sink', ({ name }: Sink) => name],
  ['of', ({ of }: Sink) => outgoingText(of)],
  ['system', ({ system }: Sink) => system],
  ['to', placeCell],
  ['rows', ({ rows }: Sink) => rows],
  ['refused', ({ refused }: Sink) => refused],
  ['state', stateCell],
] as const

function showSink(sink: Sink, terminal: Terminal): void {
  printFacts(terminal, [
    ['sink', `${sink.name}, to ${sink.system}, since ${instantCell(sink.createdMs)}, called ${sink.identity} there`],
    ['of', outgoingText(sink.of)],
    ['state', stateCell(sink)],
    ['rows', `${sink.rows} there, ${sink.refused} refused`],
    ['position', sink.position],
    ['settings', JSON.stringify(sink.settings)],
  ])
}

const examples = `
What goes out: APP/OUTPUT, APP/late/OPERATOR, streams/STREAM or streams/STREAM/dead-letters. A file of settings names one
system, rabbitmq, kafka, postgresql, mongodb or cassandra:
  {"postgresql": {"host": "db.example.org", "database": "acme", "user": "acme", "table": "alerts"}}

Examples:
  $ millrace sinks create alerts failures/alerts postgresql.json --password-file password.txt --from begin
  $ millrace sinks create unread streams/readings/dead-letters kafka.json
  $ millrace sinks list
  $ millrace sinks dead-letters alerts --json`
