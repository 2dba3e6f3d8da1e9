import { join } from 'node:path'
import type { Files } from '@millrace/log'
import { readSnapshot, readSnapshotTrailer, type Snapshot, type SnapshotTrailer, writeSnapshot } from './snapshot-file.ts'

/** Whole snapshots kept: a damaged one falls back to the one before it. */
const kept = 2

/** A snapshot that could not be used, and why. */
export interface Unusable {
  readonly file: string
  readonly reason: string
}

export interface Found {
  /** The newest whole one; null: there is none. */
  readonly snapshot: Snapshot | null
  readonly unusable: readonly Unusable[]
}

/** Snapshots of one job in a folder of its own: `000000000042.snapshot` is the one at position 42, `name.savepoint` one kept on request. */
export class SnapshotStore {
  readonly directory: string
  private readonly files: Files

  constructor(files: Files, directory: string) {
    this.files = files
    this.directory = directory
  }

  async newest(): Promise<Found> {
    const unusable: Unusable[] = []
    for (const position of [...(await this.list())].reverse()) {
      const file = nameOf(position)
      const snapshot = await readSnapshot(this.files, join(this.directory, file))
      if (typeof snapshot !== 'string') return { snapshot, unusable }
      unusable.push({ file, reason: snapshot })
    }
    return { snapshot: null, unusable }
  }

  /** Durable once it resolves; answers its bytes. Older ones beyond those kept are removed. */
  async write(head: Omit<SnapshotTrailer, 'parts' | 'blockCrcs'>, parts: readonly Uint8Array[]): Promise<number> {
    await this.files.makeDirectory(this.directory)
    const bytes = await this.writeAs(nameOf(head.position), head, parts)
    const all = await this.list()
    for (const position of all.slice(0, -kept)) await this.files.remove(join(this.directory, nameOf(position)))
    return bytes
  }

  /** Position of the oldest kept: the log must hold what comes behind it. Null: there is none. */
  async oldestPosition(): Promise<number | null> {
    return (await this.list())[0] ?? null
  }

  /** Keeps the newest snapshot under a name, until it is removed. */
  async keepAs(name: string): Promise<void> {
    const { snapshot } = await this.newest()
    if (snapshot !== null) await this.writeAs(`${name}.savepoint`, snapshot.trailer, snapshot.parts)
  }

  async savepoint(name: string): Promise<Snapshot | string> {
    return readSnapshot(this.files, join(this.directory, `${name}.savepoint`))
  }

  async savepoints(): Promise<readonly string[]> {
    return (await this.files.list(this.directory)).filter((file) => file.endsWith('.savepoint')).map((file) => file.slice(0, -'.savepoint'.length))
  }

  async savepointTrailer(name: string): Promise<SnapshotTrailer | string> {
    return readSnapshotTrailer(this.files, join(this.directory, `${name}.savepoint`))
  }

  async removeSavepoint(name: string): Promise<void> {
    await this.files.remove(join(this.directory, `${name}.savepoint`))
  }

  /** Forgets all snapshots, not the savepoints. */
  async clear(): Promise<void> {
    for (const file of await this.files.list(this.directory)) if (!file.endsWith('.savepoint')) await this.files.remove(join(this.directory, file))
  }

  /** Forgets all, the savepoints too. */
  async erase(): Promise<void> {
    for (const file of await this.files.list(this.directory)) await this.files.remove(join(this.directory, file))
    await this.files.removeDirectory(this.directory)
  }

  private async writeAs(file: string, head: Omit<SnapshotTrailer, 'parts' | 'blockCrcs'>, parts: readonly Uint8Array[]): Promise<number> {
    const { files, directory } = this
    const unfinished = join(directory, `${file}.unfinished`)
    if ((await files.list(directory)).includes(`${file}.unfinished`)) await files.remove(unfinished)
    const bytes = await writeSnapshot(files, unfinished, head, parts)
    await files.rename(unfinished, join(directory, file))
    await files.syncDirectory(directory)
    return bytes
  }

  /** Positions, rising. */
  private async list(): Promise<readonly number[]> {
    const names = await this.files.list(this.directory)
    return names.flatMap((name) => (/^\d{16}\.snapshot$/.test(name) ? [Number(name.slice(0, 16))] : [])).sort((a, b) => a - b)
  }
}

function nameOf(position: number): string {
  return `${String(position).padStart(16, '0')}.snapshot`
}
