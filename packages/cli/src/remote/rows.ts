import type { MillraceClient, RecordRow, RecordsPage, RecordsQuery } from '@millrace/api'
import { MillraceError } from '@millrace/plan'
import type { ReadFlags } from '../commands/results.ts'
import { hint } from '../nearest.ts'
import { printTable, type Shown } from '../show/text-table.ts'
import type { Remote } from './remote.ts'

const pageRows = 1000
const widest = 60

/** Reads rows, page by page, up to the limit: as a table, or with `--json` an object a line as they come. */
export async function showRows({ terminal, json }: Remote, flags: ReadFlags, read: (query: RecordsQuery) => Promise<RecordsPage>): Promise<void> {
  const shown: RecordRow[] = []
  for await (const row of rows(flags, read)) {
    if (json) terminal.out(`${JSON.stringify(row)}\n`)
    else shown.push(row)
  }
  if (!json) printTable(terminal, columnsOf(shown), shown, 'There are no rows.')
}

async function* rows({ from, since, limit }: ReadFlags, read: (query: RecordsQuery) => Promise<RecordsPage>): AsyncGenerator<RecordRow> {
  let place: RecordsQuery = since === undefined ? { from } : { fromMs: since }
  for (let left = limit; left > 0; ) {
    const { items, next } = await read({ ...place, limit: Math.min(left, pageRows) })
    if (items.length === 0) return
    yield* items
    left -= items.length
    place = { from: next }
  }
}

/** Columns of the rows in their order; what says where a row stands is for programs. */
function columnsOf(shown: readonly RecordRow[]): readonly Shown<RecordRow>[] {
  const names = [...new Set(shown.flatMap(Object.keys))].filter((name) => !name.startsWith('$') && name !== '_id')
  return names.map((name) => [name, (row) => cellOf(row[name])])
}

function cellOf(value: unknown): string | number | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') return Number.isInteger(value) ? value : Number(value.toPrecision(10))
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > widest ? `${text.slice(0, widest - 3)}...` : text
}

/** The output, or the app's first one. Errors: CLI_OUTPUT_UNKNOWN. */
export async function outputOf(client: MillraceClient, app: string, output: string | undefined): Promise<string> {
  const { outputs } = await client.getApp(app)
  if (output !== undefined && !outputs.includes(output))
    throw new MillraceError('CLI_OUTPUT_UNKNOWN', { output, outputs: outputs.join(', '), hint: hint(output, outputs) })
  return output ?? (outputs[0] as string)
}

/** The aggregate over windows, or the app's only one. Errors: CLI_OPERATOR. */
export async function windowOf(client: MillraceClient, app: string, operator: string | undefined): Promise<string> {
  const { plan } = await client.getApp(app)
  const windows = plan.operators.filter((one) => one.kind === 'aggregate' && one.window !== null).map(({ id }) => id)
  const found = operator ?? (windows.length === 1 ? windows[0] : undefined)
  if (found !== undefined && windows.includes(found)) return found
  throw new MillraceError('CLI_OPERATOR', { app, operators: windows.join(', ') || 'none', hint: operator === undefined ? '' : hint(operator, windows) })
}
