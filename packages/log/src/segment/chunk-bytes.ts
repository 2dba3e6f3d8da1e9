import { checksum } from '../checksum.ts'
import type { Chunk, Runs } from '../chunk.ts'
import { kinds } from '../journal/layout.ts'
import { ChunkIndex, type IndexEntry } from './chunk-index.ts'
import { aligned, chunkHeaderBytes, chunkMagic, runBytes } from './layout.ts'

/** A chunk ready to be written at `entry.offset`: parts that stand one behind the other. */
export interface ChunkBytes {
  readonly entry: IndexEntry
  readonly parts: readonly Uint8Array[]
}

export type Rows = Pick<Chunk, 'kind' | 'rows' | 'schema' | 'runs' | 'payload'>

/** Header and runs are made, the payload is taken as it is. */
export function chunkParts({ kind, rows, schema, runs, payload }: Rows, offset: number, seed: number): ChunkBytes {
  const head = new Uint8Array(chunkHeaderBytes + aligned(runs.count * runBytes))
  writeRuns(head, runs)
  const last = runs.count - 1
  const entry: IndexEntry = {
    offset,
    firstSequence: runs.sequence[0] as number,
    lastSequence: (runs.sequence[last] as number) + (runs.rows[last] as number) - 1,
    firstIngestionMs: runs.ingestionMs[0] as number,
    lastIngestionMs: runs.ingestionMs[last] as number,
    checksum: checksum(payload, checksum(head.subarray(chunkHeaderBytes), seed)),
    payloadBytes: payload.length,
    rows,
    runs: runs.count,
    schema,
    kind: kinds.indexOf(kind),
  }
  writeHeader(head, entry, seed)
  const padding = new Uint8Array(aligned(payload.length) - payload.length)
  return { entry, parts: [head, payload, padding].filter((part) => part.length > 0) }
}

/** The index entry, with magic and its own checksum where the offset stood: so a header counts only in its place. */
function writeHeader(head: Uint8Array, entry: IndexEntry, seed: number): void {
  const { bytes } = ChunkIndex.of([entry])
  head.set(bytes)
  const view = new DataView(head.buffer)
  view.setUint32(0, chunkMagic, true)
  view.setUint32(4, checksum(bytes, seed), true)
}

function writeRuns(head: Uint8Array, { count, sequence, ingestionMs, rows }: Runs): void {
  const at = chunkHeaderBytes
  new Float64Array(head.buffer, at, count).set(sequence.subarray(0, count))
  new Float64Array(head.buffer, at + count * 8, count).set(ingestionMs.subarray(0, count))
  new Int32Array(head.buffer, at + count * 16, count).set(rows.subarray(0, count))
}

/** The entry that the header at `offset` of a file stands for; null: the first 64 of these bytes are none. */
export function readHeader(bytes: Uint8Array, offset: number, seed: number): IndexEntry | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, chunkHeaderBytes)
  if (view.getUint32(0, true) !== chunkMagic) return null
  const entry = bytes.slice(0, chunkHeaderBytes)
  new DataView(entry.buffer).setFloat64(0, offset, true)
  return checksum(entry, seed) === view.getUint32(4, true) ? new ChunkIndex(entry).entry(0) : null
}

/** The chunk whose header stands at `at` of the block, as views of it; null: its bytes are not those that were written. */
export function chunkView(block: Uint8Array, at: number, entry: IndexEntry, names: { tenant: string; stream: string }, seed: number): Chunk | null {
  const runsAt = at + chunkHeaderBytes
  const payloadAt = runsAt + aligned(entry.runs * runBytes)
  const end = payloadAt + entry.payloadBytes
  const kind = kinds[entry.kind]
  if (end > block.length || kind === undefined || checksum(block.subarray(runsAt, end), seed) !== entry.checksum) return null
  const { tenant, stream } = names
  const runs = runsView(block, runsAt, entry.runs)
  return { tenant, stream, kind, rows: entry.rows, schema: entry.schema, runs, payload: block.subarray(payloadAt, end) }
}

function runsView({ buffer, byteOffset }: Uint8Array, at: number, count: number): Runs {
  const start = byteOffset + at
  return {
    count,
    sequence: new Float64Array(buffer, start, count),
    ingestionMs: new Float64Array(buffer, start + count * 8, count),
    rows: new Int32Array(buffer, start + count * 16, count),
  }
}
