import { type Batch, decodeBatch, encodeBatch, gatherBatches } from '@millrace/columns'
import { mergeParts, type OrderedRows } from '@millrace/engine'
import type { NewChunk } from '@millrace/log'
import type { MergeSource, MergeStream } from '../messages.ts'
import { sequencesOf, splitOrder } from './result-fields.ts'

/** Rows of one result stream by all parts of a job, in the order in which one worker would have given them (semantics O2). */
export function mergeResults({ stream, parts }: MergeStream): readonly NewChunk[] {
  const sources = parts.map((part) => part.map(sourceOf))
  const { part, row } = mergeParts(sources.map(orderedRows))
  const merged = new MergedChunks(stream)
  /** By part: the source whose rows are taken, and the part's rows in the sources before it. */
  const at = sources.map(() => ({ source: 0, before: 0 }))
  for (let i = 0; i < row.length; i++) {
    const cursor = at[part[i] as number] as { source: number; before: number }
    const own = sources[part[i] as number] as readonly Source[]
    let source = own[cursor.source] as Source
    while ((row[i] as number) - cursor.before >= source.rows) {
      cursor.before += source.rows
      source = own[++cursor.source] as Source
    }
    merged.add(source, (row[i] as number) - cursor.before)
  }
  return merged.take()
}

/** Rows of one part that lie in one batch. */
interface Source {
  readonly rows: number
  readonly sequence: Float64Array
  readonly order: readonly Float64Array[]
  /** Row of the batch at which they begin. */
  readonly from: number
  readonly results: Batch
  /** What the rows have beside their columns: those of one output may differ in that. */
  readonly fields: string
  /** Its place among the sources of the chunk being made; -1: it has none. */
  slot: number
}

function sourceOf({ payload, from, to }: MergeSource): Source {
  const { order, results } = splitOrder(decodeBatch(payload))
  const sequence = sequencesOf(results).subarray(from, to)
  const fields = results.fields.map(({ name }) => name).join()
  return { rows: to - from, sequence, order: order.map((values) => values.subarray(from, to)), from, results, fields, slot: -1 }
}

/** The sources of one part as one. */
function orderedRows(sources: readonly Source[]): OrderedRows {
  const columns = sources[0]?.order.length ?? 0
  return {
    count: sources.reduce((sum, { rows }) => sum + rows, 0),
    sequence: joined(sources.map(({ sequence }) => sequence)),
    order: Array.from({ length: columns }, (_, column) => joined(sources.map(({ order }) => order[column] as Float64Array))),
  }
}

function joined(arrays: readonly Float64Array[]): Float64Array {
  if (arrays.length === 1) return arrays[0] as Float64Array
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const array of arrays) {
    all.set(array, at)
    at += array.length
  }
  return all
}

/** Rows of a chunk at most. */
const maxRows = 65_536
/** Sources that a row can name. */
const maxSources = 256

/** Gathers rows into chunks, each of rows with the same fields. */
class MergedChunks {
  private readonly stream: string
  private readonly chunks: NewChunk[] = []
  private sources: Source[] = []
  private readonly part = new Uint8Array(maxRows)
  private readonly row = new Int32Array(maxRows)
  private rows = 0

  constructor(stream: string) {
    this.stream = stream
  }

  /** Row of a source, from 0. */
  add(source: Source, row: number): void {
    if (this.rows === maxRows || (source.slot < 0 && !this.fits(source))) this.close()
    if (source.slot < 0) source.slot = this.sources.push(source) - 1
    this.part[this.rows] = source.slot
    this.row[this.rows++] = source.from + row
  }

  take(): readonly NewChunk[] {
    this.close()
    return this.chunks
  }

  private fits({ fields }: Source): boolean {
    const [first] = this.sources
    return first === undefined || (first.fields === fields && this.sources.length < maxSources)
  }

  private close(): void {
    const { stream, sources, rows } = this
    if (rows === 0) return
    const batches = sources.map(({ results }) => results)
    const batch = gatherBatches(batches, this.part.subarray(0, rows), this.row.subarray(0, rows))
    this.chunks.push({ stream, kind: 'batch', rows, schema: 0, payload: encodeBatch(batch, 0, rows, { shared: true }) })
    for (const source of sources) source.slot = -1
    this.sources = []
    this.rows = 0
  }
}
