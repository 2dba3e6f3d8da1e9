import { type Batch, decodeBatch, encodeBatch, gatherBatches } from '@millrace/columns'
import { mergeParts, type OrderedRows } from '@millrace/engine'
import type { NewChunk } from '@millrace/log'
import type { MergeSource, MergeStream } from '../messages.ts'
import { sequencesOf, splitOrder } from './result-fields.ts'

/** Rows of a chunk at most. */
const maxRows = 65_536
/** Sources that are merged at once, at most. */
const maxSources = 256

/** Rows of one result stream by all parts of a job, in the order in which one worker would have given them (semantics O2). */
export function mergeResults({ stream, sources }: MergeStream): readonly NewChunk[] {
  return alike(sources.map(sourceOf)).flatMap((group) => merged(stream, group))
}

interface Source {
  readonly rows: OrderedRows
  readonly from: number
  readonly results: Batch
}

function sourceOf({ payload, from, to }: MergeSource): Source {
  const { order, results } = splitOrder(decodeBatch(payload))
  const sequence = sequencesOf(results).subarray(from, to)
  return { rows: { count: to - from, sequence, order: order.map((values) => values.subarray(from, to)) }, from, results }
}

/** Neighbours that one batch can hold: of the same fields, and not too many. */
function alike(sources: readonly Source[]): readonly (readonly Source[])[] {
  const groups = new Map<string, Source[]>()
  for (const source of sources) {
    const key = source.results.fields.map(({ name }) => name).join()
    groups.set(key, [...(groups.get(key) ?? []), source])
  }
  if (groups.size > 1 || sources.length > maxSources) throw new Error('results of parts differ in their fields, or there are too many at once')
  return [...groups.values()]
}

function merged(stream: string, sources: readonly Source[]): readonly NewChunk[] {
  const { part, row } = mergeParts(sources.map(({ rows }) => rows))
  const batches = sources.map(({ results }) => results)
  for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) + (sources[part[i] as number] as Source).from
  const chunks: NewChunk[] = []
  for (let from = 0; from < row.length; from += maxRows) {
    const to = Math.min(row.length, from + maxRows)
    const batch = gatherBatches(batches, part.subarray(from, to), row.subarray(from, to))
    chunks.push({ stream, kind: 'batch', rows: to - from, schema: 0, payload: encodeBatch(batch, 0, to - from, { shared: true }) })
  }
  return chunks
}
