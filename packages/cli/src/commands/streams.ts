import type { Stream } from '@millrace/api'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { exitCodes } from '../exit-codes.ts'
import { durationMs, orNone, wholeNumber } from '../option-values.ts'
import { allItems } from '../remote/all-items.ts'
import { confirmed } from '../remote/confirmed.ts'
import { asked, asking } from '../remote/remote.ts'
import { agoCell, bytesCell, durationCell, instantCell } from '../show/cells.ts'
import { printFacts, printTable } from '../show/text-table.ts'

interface DeclareFlags {
  readonly name?: string
  readonly only?: string
  readonly maxAge?: number | 'none'
  readonly maxBytes?: number | 'none'
}

export function describeStreams(root: Command, context: CommandContext): void {
  const streams = root.command('streams').description('list, show, declare and delete streams').addHelpText('after', examples)
  const command = (text: string, description: string) => asking(streams.command(text).description(description))

  command('list', 'all streams').action(
    asked(context, async ({ client, terminal, show }) => {
      const items = await allItems(client, (page) => client.listStreams(page))
      show({ items }, () => printTable(terminal, columns(Date.now()), items, 'There are no streams.'))
    }),
  )
  command('show <stream>', 'a stream: its schema, versions and what the log holds of it').action(
    asked<object, [string]>(context, async ({ client, terminal, show }, _flags, name) => {
      const [stream, versions] = await Promise.all([client.getStream(name), allItems(client, (page) => client.listStreamVersions(name, page))])
      show({ ...stream, versions }, () => showStream(stream, terminal))
    }),
  )
  command('declare <file>', 'declare the streams of an app or plan, or one from a file with its declaration')
    .option('--name <stream>', 'the name of the stream that the file declares, where it is no app or plan')
    .option('--only <stream>', 'of an app or plan: only this stream')
    .option('--max-age <duration>', 'records go after this time, none: never', orNone(durationMs))
    .option('--max-bytes <n>', 'the oldest records go beyond this size, none: never', orNone(wholeNumber(1)))
    .action(
      asked<DeclareFlags, [string]>(context, async ({ client, terminal, show }, flags, file) => {
        const { declarationsIn } = await import('../remote/declarations.ts')
        const items: Stream[] = []
        for (const [name, declaration] of await declarationsIn(file, flags)) {
          items.push(await client.declareStream(name, { declaration, retention: retentionOf(flags) }))
        }
        show({ items }, () => {
          for (const { name, version } of items) terminal.err(`Declared the stream ${name}, version ${version}.\n`)
        })
      }),
    )
  command('delete <stream>', 'erase a stream with all its records')
    .option('--yes', 'do not ask')
    .action(
      asked<{ readonly yes?: boolean }, [string]>(context, async ({ client, terminal, show }, { yes }, name) => {
        if (!(await confirmed(terminal, `All records of ${name} will be gone.`, yes))) return exitCodes.refused
        await client.deleteStream(name)
        show({ deleted: name }, () => terminal.err(`Erased the stream ${name}.\n`))
      }),
    )
}

function retentionOf({ maxAge, maxBytes }: DeclareFlags) {
  const limit = (given: number | 'none' | undefined): number | null => (given === undefined || given === 'none' ? null : given)
  return maxAge === undefined && maxBytes === undefined ? undefined : { maxAgeMs: limit(maxAge), maxBytes: limit(maxBytes) }
}

const columns = (nowMs: number) =>
  [
    ['stream', ({ name }: Stream) => name],
    ['version', ({ version }: Stream) => version],
    ['records', ({ figures }: Stream) => figures.rows],
    ['size', ({ figures }: Stream) => bytesCell(figures.bytes)],
    ['newest', ({ figures }: Stream) => agoCell(figures.lastIngestionMs, nowMs)],
    ['kept', ({ retention }: Stream) => durationCell(retention.maxAgeMs)],
  ] as const

function showStream({ name, version, declaredMs, declaration, retention, figures }: Stream, terminal: Parameters<typeof printFacts>[0]): void {
  printFacts(terminal, [
    ['stream', `${name}, version ${version} since ${instantCell(declaredMs)}`],
    ['records', `${figures.rows}, ${bytesCell(figures.bytes)}, newest ${instantCell(figures.lastIngestionMs) ?? 'none'}`],
    ['dropped by retention', figures.droppedRows],
    ['kept', `${durationCell(retention.maxAgeMs) ?? 'for ever'}, ${bytesCell(retention.maxBytes) ?? 'any size'}`],
    ['format', declaration.format.kind],
    ['time', `${declaration.time ?? 'of ingestion'}, watermark ${JSON.stringify(declaration.watermark)}`],
  ])
  terminal.out('\n')
  printTable(
    terminal,
    [
      ['column', (column: (typeof declaration.schema.columns)[number]) => column.name],
      ['type', ({ type }) => (typeof type === 'string' ? type : JSON.stringify(type))],
      ['', (column) => (column.optional ? 'may be missing' : '')],
    ],
    declaration.schema.columns,
    'It has no columns.',
  )
}

const examples = `
Examples:
  $ millrace streams list
  $ millrace streams declare app.ts --max-age 30d
  $ millrace streams declare readings.json --name readings
  $ millrace streams show readings --json
  $ millrace streams delete readings --yes`
