import { join } from 'node:path'
import type { Chunk } from '../chunk.ts'
import type { Pin, Retention } from '../log.ts'
import { restorePin, setPin } from '../retention/pins.ts'
import { forgetJournalChunks, type StreamState, type TenantState } from '../state/log-state.ts'
import { BlockCache } from './block-cache.ts'
import { DirectoriesToSync } from './directories-to-sync.ts'
import { OpenSegments } from './open-segments.ts'
import { removeFolder } from './orphans.ts'
import type { Rewriting } from './rewrite.ts'
import { SegmentDamage } from './segment-damage.ts'
import { SegmentReads } from './segment-reads.ts'
import { segmentsFolder, streamFolder } from './segment-series.ts'
import type { Segments, SegmentsOptions } from './segments.ts'
import { StoredState } from './stored-state.ts'
import { Upkeep } from './upkeep.ts'

export function openSegments(options: SegmentsOptions): Segments {
  return new SegmentStore(options)
}

class SegmentStore implements Segments {
  readonly #options: SegmentsOptions
  /** The folder of segments. */
  readonly #directory: string
  readonly #open: OpenSegments
  readonly #reads: SegmentReads
  readonly #stored: StoredState
  readonly #upkeep: Upkeep
  /** Streams with chunks that cannot be joined: told once. */
  readonly #unjoinable = new WeakSet<StreamState>()
  /** Pins that are not durable yet. */
  readonly #settling = new Map<string, Promise<void>>()
  #closed = false
  #running: Promise<void> = Promise.resolve()
  #next: Promise<void> | null = null

  constructor(options: SegmentsOptions) {
    const { directory, files, state, report } = options
    this.#options = options
    this.#directory = join(directory, segmentsFolder)
    const damage = new SegmentDamage(this.#directory, report)
    this.#open = new OpenSegments(files, this.#directory, state.seed, (entry, file) => damage.opened(entry, file))
    this.#reads = new SegmentReads(this.#open, new BlockCache(options.cacheBytes ?? 128 << 20), damage)
    this.#stored = new StoredState(state, options.saveManifest, files, this.#directory, this.#open)
    this.#upkeep = new Upkeep(options, this.#directory, this.#rewriting(damage), this.#stored)
  }

  chunkFrom(stream: StreamState, sequence: number, missed: (rows: number) => void): Promise<Chunk | null> {
    return this.#reads.chunkFrom(stream, sequence, missed)
  }

  last(stream: StreamState): Promise<Chunk | null> {
    return this.#reads.last(stream)
  }

  sequenceAt(stream: StreamState, ms: number): Promise<number | null> {
    return this.#reads.sequenceAt(stream, ms)
  }

  async setRetention(stream: StreamState, retention: Retention): Promise<void> {
    const before = stream.retention
    stream.retention = retention
    await this.#stored.saveOr(() => {
      if (stream.retention === retention) stream.retention = before
    })
  }

  async pin(tenant: TenantState, pin: Pin): Promise<void> {
    const key = `${tenant.name}\0${pin.name}`
    const before = tenant.pins.get(pin.name)
    if (!setPin(tenant, pin, this.#options.now())) {
      this.#stored.changed()
      return this.#settling.get(key)
    }
    const set = tenant.pins.get(pin.name)
    const saved = this.#stored.saveOr(() => {
      if (tenant.pins.get(pin.name) === set) restorePin(tenant, pin.name, before)
    })
    this.#settling.set(key, saved)
    await saved.finally(() => this.#settling.get(key) === saved && this.#settling.delete(key))
  }

  async unpin(tenant: TenantState, name: string): Promise<void> {
    const before = tenant.pins.get(name)
    if (!tenant.pins.delete(name)) return
    await this.#stored.saveOr(() => {
      if (!tenant.pins.has(name)) restorePin(tenant, name, before)
    })
  }

  async erase(tenant: TenantState, stream?: string): Promise<void> {
    const known = [...tenant.streams.values()].filter(({ name }) => stream === undefined || name === stream)
    if (stream === undefined) tenant.pins.clear()
    for (const each of known) {
      this.#stored.changed(each.segments.map(({ file }) => file))
      forgetJournalChunks(each, tenant.nextSequence)
      Object.assign(each, { segments: [], retention: null })
    }
    this.#stored.changed()
    await this.#stored.save()
    for (const each of known) await removeFolder(this.#options.files, join(this.#directory, streamFolder(each)))
  }

  maintain(): Promise<void> {
    this.#next ??= this.#running.then(() => {
      this.#next = null
      this.#running = this.#closed ? Promise.resolve() : this.#upkeep.run()
      return this.#running
    })
    return this.#next
  }

  rewriteAll(): Promise<void> {
    this.#upkeep.rewriteAllNext()
    return this.maintain()
  }

  async close(): Promise<void> {
    this.#closed = true
    await (this.#next ?? this.#running)
    await this.#upkeep.save()
    await this.#open.close()
  }

  #rewriting(damage: SegmentDamage): Rewriting {
    const { directory, durability, files, join, readJournal, segmentBytes = 64 << 20, state } = this.#options
    return {
      place: { files, directory, logId: state.id, directories: durability === 'os' ? null : new DirectoriesToSync(files) },
      join,
      readJournal,
      open: this.#open,
      damage,
      segmentBytes,
      stopped: () => this.#closed,
      joinFailed: (stream, error) => {
        if (this.#unjoinable.has(stream)) return
        this.#unjoinable.add(stream)
        this.#upkeep.failed(`joining chunks of ${stream.name} of ${stream.tenant.name}`, error)
      },
    }
  }
}
