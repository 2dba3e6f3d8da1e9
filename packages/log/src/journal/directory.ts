import type { ChunkKind } from '../chunk.ts'
import type { Append } from '../log.ts'
import { aligned, appendEntry, chunkEntry, getWhole, kinds, setWhole } from './layout.ts'
import { timesBytes } from './times.ts'

/** An append with its place in the tenant's order. */
export interface PlacedAppend {
  readonly append: Append
  readonly sequence: number
  /** One for each of its chunks. */
  readonly contents: readonly ChunkContent[]
}

/** What of a chunk stands behind the directory, and its log times. */
export interface ChunkContent {
  /** Log times by run; null: all rows have `firstMs`. */
  readonly times: Uint8Array | null
  readonly runs: number
  readonly firstMs: number
  readonly lastMs: number
  /** Of the times, then the payload. */
  readonly checksum: number
}

/** An append as the directory of a frame tells of it. */
export interface ReadAppend {
  readonly tenant: string
  readonly producer: { readonly id: string; readonly sequence: number } | null
  readonly sequence: number
  readonly chunks: readonly ReadChunk[]
}

export interface ReadChunk {
  readonly stream: string
  readonly kind: ChunkKind
  readonly rows: number
  readonly schema: number
  readonly sequence: number
  /** 0: all rows have `firstMs`. */
  readonly runs: number
  readonly firstMs: number
  readonly lastMs: number
  /** Where its times, then its payload begin in the journal. */
  readonly at: number
  /** Of the payload. */
  readonly bytes: number
  readonly checksum: number
}

/** Bytes that an append takes in a directory. */
export function directoryBytes(append: Append): number {
  let bytes = appendEntry.bytes + Buffer.byteLength(append.tenant) + Buffer.byteLength(append.producer?.id ?? '')
  for (const chunk of append.chunks) bytes += chunkEntry.bytes + Buffer.byteLength(chunk.stream)
  return bytes
}

/** Bytes that a chunk takes behind the directory. */
export function contentBytes(runs: number, payloadBytes: number): number {
  return timesBytes(runs) + aligned(payloadBytes)
}

/** Answers where the entry ends. */
export function writeAppend(buffer: Buffer, view: DataView, at: number, { append, sequence, contents }: PlacedAppend): number {
  const tenantBytes = buffer.write(append.tenant, at + appendEntry.bytes)
  const producerBytes = append.producer === undefined ? 0 : buffer.write(append.producer.id, at + appendEntry.bytes + tenantBytes)
  setWhole(view, at + appendEntry.sequence, sequence)
  setWhole(view, at + appendEntry.producerSequence, append.producer?.sequence ?? 0)
  view.setUint32(at + appendEntry.chunks, append.chunks.length, true)
  view.setUint16(at + appendEntry.tenantBytes, tenantBytes, true)
  view.setUint16(at + appendEntry.producerBytes, producerBytes, true)
  let end = at + appendEntry.bytes + tenantBytes + producerBytes
  for (let index = 0; index < append.chunks.length; index++) end = writeChunk(buffer, view, end, append.chunks[index]!, contents[index]!)
  return end
}

function writeChunk(buffer: Buffer, view: DataView, at: number, chunk: Append['chunks'][number], content: ChunkContent): number {
  const streamBytes = buffer.write(chunk.stream, at + chunkEntry.bytes)
  view.setUint32(at + chunkEntry.rows, chunk.rows, true)
  view.setUint32(at + chunkEntry.payloadBytes, chunk.payload.length, true)
  view.setUint32(at + chunkEntry.checksum, content.checksum, true)
  view.setUint32(at + chunkEntry.schema, chunk.schema, true)
  view.setUint32(at + chunkEntry.runs, content.runs, true)
  view.setUint16(at + chunkEntry.kind, kinds.indexOf(chunk.kind), true)
  view.setUint16(at + chunkEntry.streamBytes, streamBytes, true)
  setWhole(view, at + chunkEntry.firstMs, content.firstMs)
  setWhole(view, at + chunkEntry.lastMs, content.lastMs)
  return at + chunkEntry.bytes + streamBytes
}

/** The appends of a directory whose checksum was right; `contentAt`: where what it tells of begins in the journal. */
export function readDirectory(bytes: Uint8Array, appends: number, contentAt: number): readonly ReadAppend[] {
  const reader = new DirectoryReader(bytes, contentAt)
  return Array.from({ length: appends }, () => reader.append())
}

class DirectoryReader {
  readonly #buffer: Buffer
  readonly #view: DataView
  #at = 0
  #contentAt: number

  constructor(bytes: Uint8Array, contentAt: number) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#contentAt = contentAt
  }

  append(): ReadAppend {
    const view = this.#view
    const at = this.#skip(appendEntry.bytes)
    const tenant = this.#text(view.getUint16(at + appendEntry.tenantBytes, true))
    const id = this.#text(view.getUint16(at + appendEntry.producerBytes, true))
    const producer = id === '' ? null : { id, sequence: getWhole(view, at + appendEntry.producerSequence) }
    const first = getWhole(view, at + appendEntry.sequence)
    const chunks: ReadChunk[] = []
    let sequence = first
    for (let left = view.getUint32(at + appendEntry.chunks, true); left > 0; left--) {
      const chunk = this.#chunk(sequence)
      chunks.push(chunk)
      sequence += chunk.rows
    }
    return { tenant, producer, sequence: first, chunks }
  }

  #chunk(sequence: number): ReadChunk {
    const view = this.#view
    const at = this.#skip(chunkEntry.bytes)
    const bytes = view.getUint32(at + chunkEntry.payloadBytes, true)
    const runs = view.getUint32(at + chunkEntry.runs, true)
    const contentAt = this.#contentAt
    this.#contentAt += contentBytes(runs, bytes)
    return {
      stream: this.#text(view.getUint16(at + chunkEntry.streamBytes, true)),
      kind: kinds[view.getUint16(at + chunkEntry.kind, true)] ?? 'bytes',
      rows: view.getUint32(at + chunkEntry.rows, true),
      schema: view.getUint32(at + chunkEntry.schema, true),
      sequence,
      runs,
      firstMs: getWhole(view, at + chunkEntry.firstMs),
      lastMs: getWhole(view, at + chunkEntry.lastMs),
      at: contentAt,
      bytes,
      checksum: view.getUint32(at + chunkEntry.checksum, true),
    }
  }

  #skip(bytes: number): number {
    this.#at += bytes
    return this.#at - bytes
  }

  #text(bytes: number): string {
    const at = this.#skip(bytes)
    return this.#buffer.toString('utf8', at, at + bytes)
  }
}
