import { type FSWatcher, watch } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '@millrace/log'
import type { Intake } from '../../intake/intake.ts'
import type { StreamRegistry } from '../../streams/stream-registry.ts'
import { folders, type SeenFile, StreamFolder } from './stream-folder.ts'
import { nextNumber, takeFile } from './take-file.ts'

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

/** Streams whose files are taken at a time. */
const mostAtOnce = 4
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
  /** Files that are being taken, by tenant. */
  readonly #taking = new Map<string, Set<{ readonly stop: AbortController; readonly ended: Promise<number> }>>()
  readonly #watchers = new Map<string, FSWatcher>()
  #seen = new Map<string, Seen>()
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()

  constructor(options: FolderIntakeOptions) {
    this.#options = { settleMs: 2000, scanMs: 5000, ...options }
    this.#schedule(0)
  }

  /** Files that are being taken are taken up again at the next start. */
  async close(): Promise<void> {
    this.#over.abort()
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const watcher of this.#watchers.values()) watcher.close()
    await this.#running
  }

  /** Breaks off what is being taken of a tenant, and removes all its folders. */
  async forget(tenant: string): Promise<void> {
    const taking = [...(this.#taking.get(tenant) ?? [])]
    for (const { stop } of taking) stop.abort()
    await Promise.all(taking.map(({ ended }) => ended))
    await rm(join(this.#options.folder, tenant), { recursive: true, force: true })
  }

  #schedule(ms: number): void {
    if (this.#over.signal.aborted) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#running = this.#running.then(() => this.#scan())
    }, ms)
  }

  /** Looks through all folders, takes what can be taken, and comes again. */
  async #scan(): Promise<void> {
    if (this.#over.signal.aborted) return
    const found = await this.#found()
    this.#watch(found.map(({ entrance }) => entrance))
    const seen = new Map<string, Seen>()
    const waiting = [...found]
    let taken = 0
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined && !this.#over.signal.aborted; next = waiting.shift()) taken += await this.#take(next, seen)
    }
    await Promise.all(Array.from({ length: mostAtOnce }, work))
    this.#seen = seen
    // Where files were taken there may be more.
    this.#schedule(taken > 0 ? 0 : seen.size > 0 ? Math.min(this.#options.settleMs, this.#options.scanMs) : this.#options.scanMs)
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

  async #take(found: FoundFolder, seen: Map<string, Seen>): Promise<number> {
    const ofTenant = this.#taking.get(found.tenant) ?? new Set()
    const stop = new AbortController()
    const one = { stop, ended: this.#takeOne(found, seen, AbortSignal.any([this.#over.signal, stop.signal])) }
    this.#taking.set(found.tenant, ofTenant.add(one))
    const taken = await one.ended
    ofTenant.delete(one)
    if (ofTenant.size === 0) this.#taking.delete(found.tenant)
    return taken
  }

  /** Takes what was left unfinished, or the next files; answers how many. */
  async #takeOne({ tenant, name, place }: FoundFolder, seen: Map<string, Seen>, signal: AbortSignal): Promise<number> {
    const { intake, streams, log, report, refused } = this.#options
    let taken = 0
    try {
      const unfinished = await place.unfinished()
      const ready = unfinished === null ? await this.#ready(place, seen) : [unfinished.name]
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
  async #ready(place: StreamFolder, seen: Map<string, Seen>): Promise<readonly string[]> {
    const nowMs = performance.now()
    const ready: string[] = []
    for (const file of await place.seen()) {
      const key = join(place.entrance, file.name)
      const before = this.#seen.get(key)
      const isSame = before !== undefined && before.bytes === file.bytes && before.modifiedMs === file.modifiedMs
      const sinceMs = isSame ? before.sinceMs : nowMs
      if (ready.length < filesOfTurn && isSame && nowMs - sinceMs >= this.#options.settleMs) ready.push(file.name)
      else seen.set(key, { ...file, sinceMs })
    }
    return ready
  }

  #watch(directories: readonly string[]): void {
    const wanted = new Set(directories.slice(0, mostWatched))
    for (const [directory, watcher] of this.#watchers) {
      if (wanted.has(directory)) continue
      watcher.close()
      this.#watchers.delete(directory)
    }
    for (const directory of wanted) if (!this.#watchers.has(directory)) this.#watchOne(directory)
  }

  /** Where nothing can be told, as on some network file systems, looking through all is enough. */
  #watchOne(directory: string): void {
    try {
      const watcher = watch(directory, () => this.#schedule(gatherMs))
      watcher.on('error', () => this.#watchers.delete(directory))
      this.#watchers.set(directory, watcher)
    } catch {
      this.#watchers.delete(directory)
    }
  }
}

interface FoundFolder {
  readonly tenant: string
  readonly name: string
  readonly place: StreamFolder
  readonly entrance: string
}
