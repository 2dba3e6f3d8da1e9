import * as fs from 'node:fs'
import type { File, Files } from './files.ts'

/** Parts of one writev; more is refused by Linux and macOS (IOV_MAX). */
const maxParts = 1024
/** Of one read; more than 2 GiB is refused. */
const maxReadBytes = 2 ** 30

/** The files of this machine. */
export const nodeFiles: Files = {
  open: (path, mode) =>
    new Promise((resolve, reject) => {
      fs.open(path, flags[mode], (error, descriptor) => (error ? reject(error) : resolve(new NodeFile(descriptor))))
    }),
  rename: (from, to) => done((callback) => fs.rename(from, to, callback)),
  remove: (path) => done((callback) => fs.unlink(path, callback)),
  link: (from, to) => done((callback) => fs.link(from, to, callback)),
  makeDirectory: (path) => done((callback) => fs.mkdir(path, { recursive: true }, (error) => callback(error))),
  removeDirectory: (path) => done((callback) => fs.rmdir(path, callback)).catch(ignoreMissing),
  list: (path) =>
    new Promise((resolve, reject) => {
      fs.readdir(path, (error, names) => {
        if (!error) resolve(names.sort())
        else if (error.code === 'ENOENT') resolve([])
        else reject(error)
      })
    }),
  syncDirectory: async (path) => {
    if (process.platform === 'win32') return
    const directory = await nodeFiles.open(path, 'read')
    try {
      await directory.sync()
    } finally {
      await directory.close()
    }
  },
}

const flags = { read: 'r', write: 'r+', create: 'wx+' } as const

/** Over a descriptor and callbacks: FileHandle costs more for each call. */
class NodeFile implements File {
  readonly #descriptor: number

  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  async read(into: Uint8Array, at: number): Promise<number> {
    let total = 0
    while (total < into.length) {
      const bytes = await this.#readOnce(into.subarray(total, total + maxReadBytes), at + total)
      if (bytes === 0) break
      total += bytes
    }
    return total
  }

  async write(parts: readonly Uint8Array[], at: number): Promise<void> {
    for (let first = 0; first < parts.length; first += maxParts) {
      at = await this.#writeAll(parts.slice(first, first + maxParts), at)
    }
  }

  sync(): Promise<void> {
    return done((callback) => fs.fdatasync(this.#descriptor, callback))
  }

  truncate(bytes: number): Promise<void> {
    return done((callback) => fs.ftruncate(this.#descriptor, bytes, callback))
  }

  size(): Promise<number> {
    return new Promise((resolve, reject) => fs.fstat(this.#descriptor, (error, stats) => (error ? reject(error) : resolve(stats.size))))
  }

  close(): Promise<void> {
    return done((callback) => fs.close(this.#descriptor, callback))
  }

  #readOnce(into: Uint8Array, at: number): Promise<number> {
    return new Promise((resolve, reject) => fs.read(this.#descriptor, into, 0, into.length, at, (error, bytes) => (error ? reject(error) : resolve(bytes))))
  }

  /** A writev may write a part of what it was given: go on behind it. */
  async #writeAll(parts: Uint8Array[], at: number): Promise<number> {
    let left = parts.filter((part) => part.length > 0)
    while (left.length > 0) {
      const written = await this.#writeOnce(left, at)
      at += written
      left = behind(left, written)
    }
    return at
  }

  #writeOnce(parts: readonly Uint8Array[], at: number): Promise<number> {
    return new Promise((resolve, reject) => fs.writev(this.#descriptor, parts, at, (error, bytes) => (error ? reject(error) : resolve(bytes))))
  }
}

function behind(parts: readonly Uint8Array[], written: number): Uint8Array[] {
  let index = 0
  while (index < parts.length && written >= parts[index]!.length) written -= parts[index++]!.length
  return index === parts.length ? [] : [parts[index]!.subarray(written), ...parts.slice(index + 1)]
}

function done(call: (callback: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())))
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
