import type { Source } from '@millrace/api'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { placeCell, stateCell } from '../connectors/cells.ts'
import type { SettingsFlags } from '../connectors/system-settings.ts'
import { exitCodes } from '../exit-codes.ts'
import { confirmed } from '../remote/confirmed.ts'
import { asked, asking } from '../remote/remote.ts'
import { instantCell } from '../show/cells.ts'
import { printFacts, printTable } from '../show/text-table.ts'
import type { Terminal } from '../terminal.ts'

export function describeSources(root: Command, context: CommandContext): void {
  const sources = root.command('sources').description('take records from RabbitMQ and Kafka').addHelpText('after', examples)
  const command = (text: string, description: string) => asking(sources.command(text).description(description))

  command('list', 'all sources, and how far they are').action(
    asked(context, async ({ client, terminal, show }) => {
      const list = await client.listSources()
      show(list, () => printTable(terminal, columns, list.items, 'There are no sources.'))
    }),
  )
  command('show <source>', 'a source: its settings without secrets, and how far it is').action(
    asked<object, [string]>(context, async ({ client, terminal, show }, _flags, name) => {
      const source = await client.getSource(name)
      show(source, () => showSource(source, terminal))
    }),
  )
  command('create <source> <stream> <settings>', 'make one, of a file that names a system with its settings; - is standard input')
    .option('--password-file <file>', 'the password, where it does not stand in the settings; - asks for it')
    .action(
      asked<SettingsFlags, [string, string, string]>(context, async ({ client, terminal, show }, flags, name, stream, file) => {
        const { sourceSettings } = await import('../connectors/system-settings.ts')
        const made = await client.createSource(name, { stream, ...(await sourceSettings(file, flags)) })
        show(made, () => terminal.err(`Made the source ${name}: records of ${stream}, from ${made.system}.\n`))
      }),
    )
  command('change <source> <settings>', 'give it other settings of the same system, all of them; it goes on where it was')
    .option('--password-file <file>', 'the password, where it does not stand in the settings; - asks for it')
    .action(
      asked<SettingsFlags, [string, string]>(context, async ({ client, terminal, show }, flags, name, file) => {
        const { sourceSettings } = await import('../connectors/system-settings.ts')
        const changed = await client.changeSource(name, await sourceSettings(file, flags))
        show(changed, () => terminal.err(`Changed the source ${name}.\n`))
      }),
    )
  for (const [word, paused, told] of pauses) {
    command(`${word} <source>`, told).action(
      asked<object, [string]>(context, async ({ client, terminal, show }, _flags, name) => {
        const source = await client.changeSource(name, { paused })
        show(source, () => terminal.err(`The source ${name} ${paused ? 'rests' : 'goes on'}.\n`))
      }),
    )
  }
  command('delete <source>', 'end it, and forget how far it came; records that it brought stay')
    .option('--yes', 'do not ask')
    .action(
      asked<{ readonly yes?: boolean }, [string]>(context, async ({ client, terminal, show }, { yes }, name) => {
        if (!(await confirmed(terminal, `How far ${name} came will be forgotten.`, yes))) return exitCodes.refused
        await client.deleteSource(name)
        show({ deleted: name }, () => terminal.err(`Ended the source ${name}.\n`))
      }),
    )
}

const pauses = [
  ['pause', true, 'let it rest; what waits stays in the system'],
  ['resume', false, 'let it go on where it was'],
] as const

const columns = [
  ['source', ({ name }: Source) => name],
  ['stream', ({ stream }: Source) => stream],
  ['system', ({ system }: Source) => system],
  ['from', placeCell],
  ['messages', ({ messages }: Source) => messages],
  ['accepted', ({ accepted }: Source) => accepted],
  ['rejected', ({ rejected }: Source) => rejected],
  ['behind', ({ behind }: Source) => behind],
  ['state', stateCell],
] as const

function showSource(source: Source, terminal: Terminal): void {
  printFacts(terminal, [
    ['source', `${source.name}, of ${source.system}, since ${instantCell(source.createdMs)}, called ${source.identity} there`],
    ['stream', source.stream],
    ['state', stateCell(source)],
    ['messages', `${source.messages}, ${source.lost} lost by the system`],
    ['records', `${source.accepted} accepted, ${source.rejected} rejected, ${source.repeated} repeated`],
    ['behind', source.behind],
    ['position', source.position],
    ['settings', JSON.stringify(source.settings)],
  ])
}

const examples = `
A file of settings names one system, rabbitmq or kafka:
  {"kafka": {"brokers": ["broker.example.org:9092"], "topic": "alarms", "from": "begin"}}

Examples:
  $ millrace sources create plant alarms kafka.json --password-file password.txt
  $ echo '{"rabbitmq": {"host": "broker.example.org", "queue": "alarms"}}' | millrace sources create gates alarms -
  $ millrace sources list
  $ millrace sources pause plant`
