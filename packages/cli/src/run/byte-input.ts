import { type FileHandle, open } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { MillraceError } from '@millrace/plan'
import { reasonOf } from '../failure.ts'

/** The bytes of a file or of standard input, unpacked where they are gzip. */
export interface ByteInput {
  readonly name: string
  /** Size of the file as it lies on disk; null where it is not known (a pipe). */
  readonly sizeBytes: number | null
  /** Bytes taken from the file so far, before unpacking. */
  readonly readBytes: number
  /** Bytes come as they are made: rows must not wait for a full batch. */
  readonly live: boolean
  /** The next chunk, valid until the next call; null at the end. */
  next(): Promise<Uint8Array | null>
  close(): Promise<void>
}

const chunkBytes = 1 << 20

/** Opens a file (`-`: standard input). Failures are CLI_INPUT_UNREADABLE or CLI_INPUT_GZIP. */
export async function openByteInput(name: string): Promise<ByteInput> {
  return name === '-' ? unpacked('standard input', standardInput(), null, true) : openFile(name)
}

/** What gives bytes as they lie on disk. */
interface RawInput {
  readonly readBytes: number
  next(): Promise<Uint8Array | null>
  close(): Promise<void>
}

async function openFile(name: string): Promise<ByteInput> {
  try {
    const handle = await open(name)
    const stat = await handle.stat()
    if (!stat.isDirectory()) return unpacked(name, fileInput(handle), stat.isFile() ? stat.size : null, !stat.isFile())
    await handle.close()
  } catch (failure) {
    throw new MillraceError('CLI_INPUT_UNREADABLE', { file: name, reason: reasonOf(failure) }, { cause: failure })
  }
  throw new MillraceError('CLI_INPUT_UNREADABLE', { file: name, reason: 'it is a folder' })
}

/** Reads the next chunk while the last one is being decoded. */
function fileInput(handle: FileHandle): RawInput {
  const buffers = [new Uint8Array(chunkBytes), new Uint8Array(chunkBytes)] as const
  let turn = 0
  let pending: Promise<{ bytesRead: number; buffer: Uint8Array }> | null = null
  const readNext = () => {
    const read = handle.read(buffers[turn] as Uint8Array, 0, chunkBytes, null)
    // A failure is told by the call that waits for it.
    read.catch(() => {})
    turn = 1 - turn
    return read
  }
  const raw = {
    readBytes: 0,
    async next() {
      const { bytesRead, buffer } = await (pending ?? readNext())
      raw.readBytes += bytesRead
      pending = bytesRead === 0 ? null : readNext()
      return bytesRead === 0 ? null : buffer.subarray(0, bytesRead)
    },
    async close() {
      await pending?.catch(() => {})
      await handle.close()
    },
  }
  return raw
}

function standardInput(): RawInput {
  const chunks = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  const raw = {
    readBytes: 0,
    async next() {
      const { done, value } = await chunks.next()
      raw.readBytes += done === true ? 0 : value.length
      return done === true ? null : value
    },
    async close() {
      process.stdin.destroy()
    },
  }
  return raw
}

/** Whether the bytes are gzip shows in the first two, which are read when they are asked for: a pipe may be silent for long. */
function unpacked(name: string, raw: RawInput, sizeBytes: number | null, live: boolean): ByteInput {
  let chunks: AsyncIterator<Uint8Array, undefined> | null = null
  let refusal: 'CLI_INPUT_UNREADABLE' | 'CLI_INPUT_GZIP' = 'CLI_INPUT_UNREADABLE'
  const open = async () => {
    const first = await raw.next()
    if (first === null || first[0] !== 0x1f || first[1] !== 0x8b) return plain(first, raw)
    refusal = 'CLI_INPUT_GZIP'
    return gunzip(first, raw)
  }
  return {
    name,
    sizeBytes,
    live,
    get readBytes() {
      return raw.readBytes
    },
    async next() {
      try {
        chunks ??= await open()
        const { done, value } = await chunks.next()
        return done === true ? null : value
      } catch (failure) {
        throw new MillraceError(refusal, { file: name, reason: reasonOf(failure) }, { cause: failure })
      }
    },
    close: () => raw.close(),
  }
}

async function* plain(first: Uint8Array | null, raw: RawInput): AsyncGenerator<Uint8Array, undefined> {
  for (let chunk = first; chunk !== null; chunk = await raw.next()) yield chunk
}

function gunzip(first: Uint8Array, raw: RawInput): AsyncIterator<Uint8Array, undefined> {
  const copies = async function* () {
    // The stream keeps chunks for longer than they are valid.
    for await (const chunk of plain(first, raw)) yield Buffer.from(chunk)
  }
  const unzip = createGunzip({ chunkSize: chunkBytes })
  pipeline(Readable.from(copies(), { objectMode: false }), unzip, () => {})
  return unzip[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>
}
