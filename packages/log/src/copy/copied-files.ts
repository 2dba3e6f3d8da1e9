import { dirname, relative, sep } from 'node:path'
import { crc32 } from 'node:zlib'
import { createAnew, errorCode } from '../files/durable.ts'
import type { File, Files } from '../files/files.ts'
import { DirectoriesToSync } from '../segment/directories-to-sync.ts'

const bytesAStep = 4 << 20
const noLinks: ReadonlySet<string> = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS'])

/** Brings files into another folder: by a link where that can be, else byte by byte. */
export class CopiedFiles {
  files = 0
  bytes = 0
  /** Of files that were copied byte by byte, by their path below the root, with `/`. */
  readonly checksums = new Map<string, number>()
  readonly #system: Files
  /** The folder they come to. */
  readonly #root: string
  readonly #made = new Set<string>()
  readonly #directories: DirectoriesToSync
  #links = true

  constructor(system: Files, root: string) {
    this.#system = system
    this.#root = root
    this.#directories = new DirectoriesToSync(system)
  }

  /** The first bytes of a file. One that is `closed` never changes any more; one that is missing is damage that both logs tell of. */
  async add(from: string, to: string, bytes: number, closed = true): Promise<void> {
    await this.#makeFolder(to)
    try {
      if (!(closed && this.#links && (await this.#link(from, to)))) await this.#copy(from, to, bytes)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return
      throw error
    }
    this.files++
    this.bytes += bytes
  }

  /** Makes the names of all files durable. */
  sync(): Promise<void> {
    return this.#directories.sync()
  }

  async #makeFolder(file: string): Promise<void> {
    const folder = dirname(file)
    if (this.#made.has(folder)) return
    await this.#system.makeDirectory(folder)
    this.#made.add(folder)
    this.#directories.add(folder, this.#root)
  }

  /** false: there can be none. */
  async #link(from: string, to: string): Promise<boolean> {
    try {
      await this.#system.link(from, to)
    } catch (error) {
      if (!noLinks.has(errorCode(error))) throw error
      this.#links = errorCode(error) === 'EMLINK'
      return false
    }
    return true
  }

  async #copy(from: string, to: string, bytes: number): Promise<void> {
    const source = await this.#system.open(from, 'read')
    try {
      const target = await createAnew(this.#system, to)
      try {
        const checksum = await pour(source, target, bytes)
        this.checksums.set(relative(this.#root, to).split(sep).join('/'), checksum)
        await target.sync()
      } finally {
        await target.close()
      }
    } finally {
      await source.close()
    }
  }
}

/** Answers the checksum of what was written. */
async function pour(source: File, target: File, bytes: number): Promise<number> {
  const piece = Buffer.allocUnsafeSlow(Math.min(bytes, bytesAStep))
  let sum = 0
  for (let at = 0; at < bytes; ) {
    const got = await source.read(piece.subarray(0, Math.min(piece.length, bytes - at)), at)
    // What is missing is damage: it is told when the copy is opened.
    if (got === 0) break
    sum = crc32(piece.subarray(0, got), sum)
    await target.write([piece.subarray(0, got)], at)
    at += got
  }
  return sum
}
