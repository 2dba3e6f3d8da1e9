import type { File, Files } from '../../files/files.ts'
import { Random } from '../random.ts'
import { type Fault, Faults } from './faults.ts'
import { changing, type Operation, type OperationKind, systemError } from './operation.ts'
import { type Removed, treeAfterPowerLoss } from './power-loss.ts'
import { SimulatedFile } from './simulated-file.ts'
import { StoredDirectory } from './stored-directory.ts'
import { StoredFile } from './stored-file.ts'
import { bytesOf, namesOf, Tree } from './tree.ts'
import { Turns } from './turns.ts'

export interface DiskOptions {
  /** Of everything that is left to chance. Default 1. */
  readonly seed?: number
  /** `shuffled`: calls that are under way at the same time are carried out in any order. Default `in-order`. */
  readonly order?: 'in-order' | 'shuffled'
  /** What a loss of power may leave where bytes never came: `old-bytes` (default) are also those of files that were removed. */
  readonly holes?: 'zeros' | 'old-bytes'
  /**
   * What a loss of power leaves of names that no sync covers: `apart` (default) the old or the new one, each for itself; `journal` what came
   * up to some call, so that a rename is whole, as file systems with a journal have it.
   */
  readonly names?: 'apart' | 'journal'
  /** Called before each operation is carried out; what it throws, the operation fails with. */
  readonly before?: (operation: Operation) => void
}

/**
 * A file system in memory that forgets like a real one: writes, lengths and names are lost, kept or torn by `powerLoss`
 * unless a completed `sync` or `syncDirectory` covers them. Nothing takes real time, and all chance follows from the seed.
 *
 * A disk ends at a crash: at the operation that `crashAt` spoke of, or when `powerLoss` or `processLoss` is called. From then
 * on its calls never resolve, as those of a process that is gone; what was left is another disk.
 */
export class SimulatedDisk implements Files {
  /** Every change is refused with EROFS. */
  readOnly = false
  /** Bytes that fit on it; a write that goes beyond writes what fits and fails with ENOSPC. */
  capacityBytes = Number.POSITIVE_INFINITY
  /** Files that were opened and not closed yet. */
  openFiles = 0
  /** Resolves at the operation that `crashAt` spoke of. */
  readonly crashed: Promise<void>
  readonly #random: Random
  readonly #options: DiskOptions
  readonly #turns: Turns
  readonly #faults = new Faults()
  readonly #tree: Tree
  readonly #removed: Removed[]
  #operations: number
  #crashes: ((operation: Operation) => boolean) | null = null
  #crash = (): void => {}
  #ended = false

  constructor(options: DiskOptions = {}, left?: { readonly tree: Tree; readonly operations: number; readonly removed: Removed[] }) {
    this.#options = options
    this.#random = new Random(options.seed ?? 1)
    this.#turns = new Turns(options.order === 'shuffled' ? this.#random.fork() : null)
    this.#tree = left?.tree ?? new Tree()
    this.#operations = left?.operations ?? 0
    this.#removed = left?.removed ?? []
    this.crashed = new Promise((resolve) => {
      this.#crash = resolve
    })
  }

  /** Operations carried out so far. */
  get operations(): number {
    return this.#operations
  }

  get usedBytes(): number {
    return bytesOf(this.#tree.root)
  }

  /**
   * Ends this disk at the operation with this number, or at the first one of which `at` is true: it is carried out, not, or (a write) in
   * part. null: at none.
   */
  crashAt(at: number | ((operation: Operation) => boolean) | null): void {
    this.#crashes = typeof at === 'number' ? ({ number }) => number >= at : at
  }

  fail(fault: Fault): void {
    this.#faults.add(fault)
  }

  /** No planned fault happens any more, the disk can be written, there is room. */
  heal(): void {
    this.#faults.clear()
    this.readOnly = false
    this.capacityBytes = Number.POSITIVE_INFINITY
  }

  /** Ends this disk; the one that is found after a loss of power. */
  powerLoss(random: Random): SimulatedDisk {
    this.#ended = true
    const { holes, names = 'apart' } = this.#options
    const root = treeAfterPowerLoss(this.#tree.root, { random, removed: holes === 'zeros' ? null : this.#removed, names })
    return new SimulatedDisk({ ...this.#options, seed: random.below(2 ** 32) }, { tree: new Tree(root), operations: this.#operations, removed: this.#removed })
  }

  /** Ends this disk; the one that the next process finds: everything written is there, and as unsure as before. */
  processLoss(random: Random): SimulatedDisk {
    this.#ended = true
    dropLost(this.#tree.root, random)
    return new SimulatedDisk({ ...this.#options, seed: random.below(2 ** 32) }, { tree: this.#tree, operations: this.#operations, removed: this.#removed })
  }

  /** Every file, by its path. */
  files(): ReadonlyMap<string, Uint8Array> {
    const found = new Map<string, Uint8Array>()
    collect(this.#tree.root, '', found)
    return found
  }

  /** Puts a file there, durable at once, with the directories above it. */
  put(path: string, bytes: Uint8Array): void {
    const { directory, name } = this.#directories(path)
    const file = new StoredFile()
    file.change({ kind: 'write', number: 0, at: 0, bytes: bytes.slice() })
    file.sync(0)
    directory.set(0, name, file)
    directory.sync(0)
  }

  open(path: string, mode: 'read' | 'write' | 'create'): Promise<File> {
    return this.#call(mode === 'create' ? 'create' : 'open', path, (operation) => {
      const file = mode === 'create' ? this.#create(operation) : this.#tree.get(operation, 'file')
      if (mode === 'write' && this.readOnly) throw systemError('EROFS', operation)
      this.openFiles++
      return new SimulatedFile(file, path, mode !== 'read', this.#carrier)
    })
  }

  rename(from: string, to: string): Promise<void> {
    return this.#call('rename', from, (operation) => {
      const node = this.#tree.find(from)
      if (!node) throw systemError('ENOENT', operation)
      const target = this.#tree.place({ kind: 'rename', path: to })
      const replaced = target.directory.seen.get(target.name)
      if (replaced === node) return
      if (replaced?.kind === 'directory') throw systemError(node.kind === 'file' ? 'EISDIR' : 'ENOTEMPTY', operation)
      if (replaced) this.#removed.push({ name: target.name, file: replaced })
      target.directory.set(operation.number, target.name, node)
      const source = this.#tree.place(operation)
      source.directory.set(operation.number, source.name, null)
    })
  }

  remove(path: string): Promise<void> {
    return this.#call('remove', path, (operation) => {
      const { directory, name } = this.#tree.place(operation)
      this.#removed.push({ name, file: this.#tree.get(operation, 'file') })
      directory.set(operation.number, name, null)
    })
  }

  link(from: string, to: string): Promise<void> {
    return this.#call('link', from, (operation) => {
      const file = this.#tree.get(operation, 'file')
      const { directory, name } = this.#tree.place({ kind: 'link', path: to })
      if (directory.seen.has(name)) throw systemError('EEXIST', operation)
      directory.set(operation.number, name, file)
    })
  }

  makeDirectory(path: string): Promise<void> {
    return this.#call('makeDirectory', path, (operation) => {
      let at = this.#tree.root
      for (const name of namesOf(path)) {
        const next = at.seen.get(name) ?? new StoredDirectory()
        if (next.kind !== 'directory') throw systemError('EEXIST', operation)
        if (!at.seen.has(name)) at.set(operation.number, name, next)
        at = next
      }
    })
  }

  removeDirectory(path: string): Promise<void> {
    return this.#call('removeDirectory', path, (operation) => {
      if (!this.#tree.find(path)) return
      if (this.#tree.get(operation, 'directory').seen.size > 0) throw systemError('ENOTEMPTY', operation)
      const { directory, name } = this.#tree.place(operation)
      directory.set(operation.number, name, null)
    })
  }

  list(path: string): Promise<readonly string[]> {
    return this.#call('list', path, (operation) => {
      if (!this.#tree.find(path)) return []
      return [...this.#tree.get(operation, 'directory').seen.keys()].sort()
    })
  }

  syncDirectory(path: string): Promise<void> {
    const covered = this.#operations
    return this.#call('syncDirectory', path, (operation) => this.#tree.get(operation, 'directory').sync(covered))
  }

  #create(operation: Operation): StoredFile {
    const { directory, name } = this.#tree.place(operation)
    if (directory.seen.has(name)) throw systemError('EEXIST', operation)
    const file = new StoredFile()
    directory.set(operation.number, name, file)
    return file
  }

  #directories(path: string): { readonly directory: StoredDirectory; readonly name: string } {
    const names = namesOf(path)
    let directory = this.#tree.root
    for (const name of names.slice(0, -1)) {
      const known = directory.seen.get(name)
      const next = known?.kind === 'directory' ? known : new StoredDirectory()
      directory.set(0, name, next)
      directory.sync(0)
      directory = next
    }
    return { directory, name: names.at(-1)! }
  }

  /** What open files need of their disk. */
  readonly #carrier = {
    call: <T>(kind: OperationKind, path: string, carryOut: (operation: Operation) => T, failed?: (random: Random) => void): Promise<T> =>
      this.#call(kind, path, carryOut, failed),
    operations: (): number => this.#operations,
    freeBytes: (): number => this.capacityBytes - this.usedBytes,
    closed: (): void => {
      this.openFiles--
    },
  }

  /** `failed`: what is left behind where the call fails, or (a write) where a crash comes into it. */
  #call<T>(kind: OperationKind, path: string, carryOut: (operation: Operation) => T, failed?: (random: Random) => void): Promise<T> {
    return this.#turns.take(() => {
      if (this.#ended) return new Promise<T>(() => {})
      const operation: Operation = { number: ++this.#operations, kind, path }
      if (this.#crashes?.(operation)) return this.#crashIn(() => carryOut(operation), kind === 'write' ? failed : undefined)
      this.#options.before?.(operation)
      const code = this.readOnly && changing.has(kind) ? 'EROFS' : this.#faults.next(operation)
      if (code === null) return carryOut(operation)
      if (code !== 'EROFS') failed?.(this.#random)
      throw systemError(code, operation)
    })
  }

  #crashIn<T>(carryOut: () => T, failed?: (random: Random) => void): Promise<T> {
    this.#ended = true
    try {
      if (failed && this.#random.chance(0.5)) failed(this.#random)
      else if (this.#random.chance(0.5)) carryOut()
    } catch {
      // It would have failed: then nothing of it is there.
    }
    this.#crash()
    return new Promise<T>(() => {})
  }
}

function dropLost(node: StoredDirectory, random: Random): void {
  for (const child of node.seen.values()) {
    if (child.kind === 'directory') dropLost(child, random)
    else if (random.chance(0.5)) child.dropLost()
  }
}

function collect(node: StoredDirectory, path: string, into: Map<string, Uint8Array>): void {
  for (const [name, child] of [...node.seen].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (child.kind === 'directory') collect(child, `${path}/${name}`, into)
    else into.set(`${path}/${name}`, child.seen.view().slice())
  }
}
