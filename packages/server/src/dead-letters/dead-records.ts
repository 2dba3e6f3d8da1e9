import { type Batch, BatchBuilder, type ColumnBuilder, encodeBatch } from '@millrace/columns'
import { deadStream } from '@millrace/jobs'
import type { NewChunk } from '@millrace/log'
import { type Issue, issue, type StreamNode, streamFields } from '@millrace/plan'
import type { RegisteredStream } from '../streams/stream-registry.ts'

/** A tenant that declares a stream of this name has its dead letters there as records, which apps can read. */
export const deadRecordsStream = 'dead_letters'

/** What its columns may be. */
const known: Readonly<Record<string, { readonly type: 'string' | 'int64'; readonly optional: boolean }>> = {
  stream: { type: 'string', optional: false },
  code: { type: 'string', optional: false },
  reason: { type: 'string', optional: false },
  column: { type: 'string', optional: true },
  key: { type: 'string', optional: true },
  text: { type: 'string', optional: true },
  record: { type: 'int64', optional: false },
  byteOffset: { type: 'int64', optional: false },
}

/** What stands against a declaration of that stream. */
export function deadRecordsIssues(stream: string, node: StreamNode): readonly Issue[] {
  if (stream !== deadRecordsStream) return []
  const unfit = streamFields(node).filter(({ name, type, nullable }) => {
    const found = Object.hasOwn(known, name) ? known[name] : undefined
    return found === undefined || found.type !== type || (found.optional && !nullable)
  })
  const columns = unfit.map(({ name }) => issue('STREAM_DEAD_LETTERS', `columns.${name}`, { columns: describe() }))
  return node.time === null ? columns : [...columns, issue('STREAM_DEAD_LETTERS', 'time', { columns: describe() })]
}

/** The dead letters among the chunks as records, to be appended with them; none where the tenant declares no such stream. It is asked for only where there are some. */
export function deadRecords(chunks: readonly NewChunk[], of: RegisteredStream, find: () => RegisteredStream | null): readonly NewChunk[] {
  const letters = chunks.filter(({ stream, kind }) => kind === 'bytes' && stream === deadStream(of.name))
  const into = letters.length === 0 ? null : find()
  if (into === null || of.name === into.name) return []
  return letters.map((chunk) => {
    const batch = batchOf(chunk, into.node)
    return { stream: into.name, kind: 'batch', rows: batch.rows, schema: into.version, payload: encodeBatch(batch, 0, batch.rows, { shared: true }) }
  })
}

function batchOf({ payload, rows }: NewChunk, node: StreamNode): Batch {
  const builder = new BatchBuilder(streamFields(node))
  for (const line of Buffer.from(payload).toString().split('\n').slice(0, rows)) addLetter(builder, JSON.parse(line) as Readonly<Record<string, unknown>>)
  return builder.batch()
}

function addLetter(builder: BatchBuilder, letter: Readonly<Record<string, unknown>>): void {
  const row = builder.addRow()
  for (const [at, { name }] of builder.fields.entries()) setValue(builder.columns[at] as ColumnBuilder, row, letter[name])
}

function setValue(column: ColumnBuilder, row: number, value: unknown): void {
  if (column.kind === 'string' && typeof value === 'string') column.set(row, value)
  else if (column.kind === 'int64' && typeof value === 'number') column.set(row, value)
  else if (column.kind !== 'list') column.setMissing(row)
}

function describe(): string {
  return Object.entries(known)
    .map(([name, { type, optional }]) => `${name} (${type}${optional ? ', optional' : ''})`)
    .join(', ')
}
