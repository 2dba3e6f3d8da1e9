import type { File } from '../files/files.ts'
import { readHeader } from './chunk-bytes.ts'
import type { IndexEntry } from './chunk-index.ts'
import { alignBytes, chunkBytes, chunkHeaderBytes } from './layout.ts'

/** Bytes of a segment that are no chunk. */
export interface Gap {
  readonly offset: number
  readonly bytes: number
}

export interface ScannedChunks {
  readonly entries: readonly IndexEntry[]
  /** What stands before, between and behind the chunks, the file's header, index and trailer included. */
  readonly gaps: readonly Gap[]
}

const windowBytes = 1 << 20

/** Finds the chunks of a segment by their headers alone. Payloads are not looked at. */
export async function scanChunks(file: File, size: number, seed: number): Promise<ScannedChunks> {
  const entries: IndexEntry[] = []
  const gaps: Gap[] = []
  const window = new FileWindow(file)
  let chunkEnd = 0
  for (let at = 0; at + chunkHeaderBytes <= size; ) {
    const entry = readHeader(await window.bytesAt(at), at, seed)
    if (entry === null || at + chunkBytes(entry.runs, entry.payloadBytes) > size) {
      at += alignBytes
      continue
    }
    if (at > chunkEnd) gaps.push({ offset: chunkEnd, bytes: at - chunkEnd })
    entries.push(entry)
    at += chunkBytes(entry.runs, entry.payloadBytes)
    chunkEnd = at
  }
  if (size > chunkEnd) gaps.push({ offset: chunkEnd, bytes: size - chunkEnd })
  return { entries, gaps }
}

class FileWindow {
  readonly #file: File
  readonly #bytes = new Uint8Array(windowBytes)
  #offset = 0
  #filled = 0

  constructor(file: File) {
    this.#file = file
  }

  /** At least the 64 bytes at `at`, which the file has. */
  async bytesAt(at: number): Promise<Uint8Array> {
    if (at < this.#offset || at + chunkHeaderBytes > this.#offset + this.#filled) {
      this.#filled = await this.#file.read(this.#bytes, at)
      this.#offset = at
    }
    return this.#bytes.subarray(at - this.#offset, at - this.#offset + chunkHeaderBytes)
  }
}
