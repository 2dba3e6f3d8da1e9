import { type FSWatcher, watch } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '@millrace/log'
import type { Intake } from '../../intake/intake.ts'
import type { StreamRegistry } from '../../streams/stream-registry.ts'
import { folders, type SeenFile, StreamFolder } from './stream-folder.ts'
import { nextNumber, takeFile } from './take-file.ts'
import { type FoundFolder, WaitingFolders } from './waiting-folders.ts'

export interface FolderIntakeOptions {
  readonly folder: string
  readonly intake: Intake
  readonly streams: StreamRegistry
  readonly log: Pick<Log, 'producerSequence'>
  /** What an operator should know. */
  readonly report: (event: { readonly tenant: string; readonly stream: string; readonly reason: string }) => void
  /** A file was put away as one that failed, with this error. */
  readonly refused: (file: { readonly tenant: string; readonly stream: string; readonly name: string; readonly code: string }) => void
  /** A file that was the same for so long is not being written. Default 2 s. */
  readonly settleMs?: number
  /** All folders are looked through this often, whatever the file system tells. Default 5 s. */
  readonly scanMs?: number
}

/** Files that a stream takes before others have their turn. */
const filesOfTurn = 64
/** Folders whose changes are told; others are only looked through. */
const mostWatched = 1000
/** Changes that come together are one. */
const gatherMs = 50

interface Seen extends SeenFile {
  readonly sinceMs: number
}

/** Files dropped into `<folder>/<tenant>/in/<stream>/`, taken one after the other, each exactly once, and put away with a receipt. */
export class FolderIntake {
  readonly #options: Required<FolderIntakeOptions>
  readonly #over = new AbortController()
  /** Streams that have their turn; this and what follows is by the folder where files are dropped. */
  readonly #taking = new Map<string, { readonly tenant: string; readonly stop: AbortController; readonly ended: Promise<void> }>()
  readonly #waiting = new WaitingFolders()
  readonly #watchers = new Map<string, FSWatcher>()
  readonly #seen = new Map<string, ReadonlyMap<string, Seen>>()
  #next: { readonly timer: NodeJS.Timeout; readonly atMs: number } | null = null
  #scanning: Promise<void> = Promise.resolve()

  constructor(options: FolderIntakeOptions) {
    this.#options = { settleMs: 2000, scanMs: 5000, ...options }
    this.#schedule(0)
  }

  /** Files that are being taken are taken up again at the next start. */
  async close(): Promise<void> {
    this.#over.abort()
    if (this.#next !== null) clearTimeout(this.#next.timer)
    await this.#scanning
    for (const watcher of this.#watchers.values()) watcher.close()
    await Promise.all([...this.#taking.values()].map(({ ended }) => ended))
  }

  /** Breaks off what is being taken of a tenant, and removes all its folders. */
  async forget(tenant: string): Promise<void> {
    this.#waiting.forget(tenant)
    const taking = [...this.#taking.values()].filter((one) => one.tenant === tenant)
    for (const { stop } of taking) stop.abort()
    await Promise.all(taking.map(({ ended }) => ended))
    await rm(join(this.#options.folder, tenant), { recursive: true, force: true })
  }

  /** Looks through all folders after so long, or earlier where that is to be done anyway. */
  #schedule(ms: number): void {
    const atMs = performance.now() + ms
    if (this.#over.signal.aborted || (this.#next !== null && this.#next.atMs <= atMs)) return
    if (this.#next !== null) clearTimeout(this.#next.timer)
    const scan = (): void => {
      this.#scanning = this.#scanning.then(() => this.#scan())
    }
    this.#next = { timer: setTimeout(scan, ms), atMs }
  }

  /** Looks through all folders, and comes again. Files are taken meanwhile: none that takes long holds this up. */
  async #scan(): Promise<void> {
    this.#next = null
    const found = await this.#found()
    if (this.#over.signal.aborted) return
    this.#watch(found)
    const entrances = new Set(found.map(({ entrance }) => entrance))
    for (const entrance of this.#seen.keys()) if (!entrances.has(entrance)) this.#seen.delete(entrance)
    for (const one of found) this.#waiting.add(one)
    this.#begin()
    this.#schedule(this.#options.scanMs)
  }

  /** Gives streams their turn while there is room. */
  #begin(): void {
    if (this.#over.signal.aborted) return
    for (let found = this.#waiting.take(this.#taking); found !== null; found = this.#waiting.take(this.#taking)) {
      const stop = new AbortController()
      this.#taking.set(found.entrance, { tenant: found.tenant, stop, ended: this.#turn(found, AbortSignal.any([this.#over.signal, stop.signal])) })
    }
  }

  async #turn(found: FoundFolder, signal: AbortSignal): Promise<void> {
    const { settleMs, scanMs } = this.#options
    const taken = await this.#take(found, signal)
    this.#taking.delete(found.entrance)
    // Where files were taken there may be more.
    if (taken > 0 && !signal.aborted) this.#waiting.add(found)
    else if (this.#seen.has(found.entrance)) this.#schedule(Math.min(settleMs, scanMs))
    this.#begin()
  }

  async #found(): Promise<readonly FoundFolder[]> {
    const { folder, streams } = this.#options
    const found: FoundFolder[] = []
    for (const tenant of await folders(folder)) {
      const names = new Set([...(await folders(join(folder, tenant, 'in'))), ...(await folders(join(folder, tenant, 'taking')))])
      for (const name of names)
        if (streams.find(tenant, name) !== null) {
          const place = new StreamFolder(join(folder, tenant), name)
          found.push({ tenant, name, place, entrance: place.entrance })
        }
    }
    return found
  }

  /** Takes what was left unfinished, or the next files; answers how many. */
  async #take({ tenant, name, place }: FoundFolder, signal: AbortSignal): Promise<number> {
    const { intake, streams, log, report, refused } = this.#options
    let taken = 0
    try {
      const unfinished = await place.unfinished()
      const ready = unfinished === null ? await this.#ready(place) : [unfinished.name]
      for (const next of ready) {
        const stream = streams.find(tenant, name)
        if (stream === null || signal.aborted) break
        const code = await takeFile(intake, stream, place, unfinished ?? (await place.take(next, nextNumber(log, stream))), signal)
        if (code !== null) refused({ tenant, stream: name, name: next, code })
        taken++
      }
    } catch (error) {
      if (!signal.aborted) report({ tenant, stream: name, reason: error instanceof Error ? error.message : String(error) })
    }
    return taken
  }

  /** The first files that nobody writes any more; notes what it saw of the others. */
  async #ready(place: StreamFolder): Promise<readonly string[]> {
    const nowMs = performance.now()
    const seen = new Map<string, Seen>()
    const ready: string[] = []
    for (const file of await place.seen()) {
      const before = this.#seen.get(place.entrance)?.get(file.name)
      const isSame = before !== undefined && before.bytes === file.bytes && before.modifiedMs === file.modifiedMs
      const sinceMs = isSame ? before.sinceMs : nowMs
      if (ready.length < filesOfTurn && isSame && nowMs - sinceMs >= this.#options.settleMs) ready.push(file.name)
      else seen.set(file.name, { ...file, sinceMs })
    }
    if (seen.size > 0) this.#seen.set(place.entrance, seen)
    else this.#seen.delete(place.entrance)
    return ready
  }

  #watch(found: readonly FoundFolder[]): void {
    const wanted = new Map(found.slice(0, mostWatched).map((one) => [one.entrance, one]))
    for (const [directory, watcher] of this.#watchers) {
      if (wanted.has(directory)) continue
      watcher.close()
      this.#watchers.delete(directory)
    }
    for (const [directory, one] of wanted) if (!this.#watchers.has(directory)) this.#watchOne(directory, one)
  }

  /** Where nothing can be told, as on some network file systems, looking through all is enough. */
  #watchOne(directory: string, found: FoundFolder): void {
    const changed = (): void => {
      // Its own turn is what changes it most.
      if (this.#taking.has(directory)) this.#waiting.add(found)
      else this.#schedule(gatherMs)
    }
    try {
      const watcher = watch(directory, changed)
      watcher.on('error', () => this.#watchers.delete(directory))
      this.#watchers.set(directory, watcher)
    } catch {
      this.#watchers.delete(directory)
    }
  }
}
