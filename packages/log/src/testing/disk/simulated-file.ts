import type { File } from '../../files/files.ts'
import type { Random } from '../random.ts'
import { type Operation, type OperationKind, systemError } from './operation.ts'
import type { StoredFile } from './stored-file.ts'

/** The disk, as its open files need it. */
export interface Carrier {
  call<T>(kind: OperationKind, path: string, carryOut: (operation: Operation) => T, failed?: (random: Random) => void): Promise<T>
  operations(): number
  freeBytes(): number
  closed(): void
}

/** An open file of a simulated disk. */
export class SimulatedFile implements File {
  readonly #file: StoredFile
  readonly #path: string
  readonly #writable: boolean
  readonly #disk: Carrier
  #open = true

  constructor(file: StoredFile, path: string, writable: boolean, disk: Carrier) {
    this.#file = file
    this.#path = path
    this.#writable = writable
    this.#disk = disk
  }

  read(into: Uint8Array, at: number): Promise<number> {
    return this.#call('read', () => {
      const found = this.#file.seen.view(at, at + into.length)
      into.set(found)
      return found.length
    })
  }

  write(parts: readonly Uint8Array[], at: number): Promise<void> {
    const bytes = joined(parts)
    const put = (number: number, length: number): void => this.#file.change({ kind: 'write', number, at, bytes: bytes.subarray(0, length) })
    const write = (operation: Operation): void => {
      const fits = this.#disk.freeBytes() + this.#file.seen.length - at
      put(operation.number, Math.max(0, Math.min(bytes.length, fits)))
      if (fits < bytes.length) throw systemError('ENOSPC', operation)
    }
    return this.#call('write', write, (random) => put(this.#disk.operations(), random.between(0, bytes.length)))
  }

  sync(): Promise<void> {
    const covered = this.#disk.operations()
    return this.#call(
      'sync',
      () => this.#file.sync(covered),
      (random) => this.#file.failSync(random),
    )
  }

  truncate(bytes: number): Promise<void> {
    return this.#call('truncate', ({ number }) => this.#file.change({ kind: 'resize', number, length: bytes }))
  }

  size(): Promise<number> {
    return this.#call('size', () => this.#file.seen.length)
  }

  close(): Promise<void> {
    return this.#call('close', () => {
      this.#open = false
      this.#disk.closed()
    })
  }

  #call<T>(kind: OperationKind, carryOut: (operation: Operation) => T, failed?: (random: Random) => void): Promise<T> {
    return this.#disk.call(
      kind,
      this.#path,
      (operation) => {
        if (!this.#open) throw systemError('EBADF', operation)
        if (!this.#writable && (kind === 'write' || kind === 'truncate')) throw systemError('EBADF', operation)
        return carryOut(operation)
      },
      failed,
    )
  }
}

/** A copy: the writer may use its buffers again. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
