import { join } from 'node:path'
import type { Chunk } from '../chunk.ts'
import { isDiskFull, removeIfThere } from '../files/durable.ts'
import type { Pin, Retention } from '../log.ts'
import { droppable, heldBytes } from '../retention/droppable.ts'
import { expiry, pinnedFrom, restorePin, setPin } from '../retention/pins.ts'
import { forgetJournalChunks, type StreamState, type TenantState } from '../state/log-state.ts'
import { BlockCache } from './block-cache.ts'
import { DirectoriesToSync } from './directories-to-sync.ts'
import { eachOf } from './each-of.ts'
import { giveWay } from './give-way.ts'
import { joinSegments } from './join-segments.ts'
import { OpenSegments } from './open-segments.ts'
import { removeFolder, removeOrphans } from './orphans.ts'
import type { Rewriting, Rewritten } from './rewrite.ts'
import { isDue, rewriteJournals } from './rewrite-journals.ts'
import { Rounds } from './rounds.ts'
import { SegmentDamage } from './segment-damage.ts'
import { SegmentReads } from './segment-reads.ts'
import { segmentsFolder, streamFolder } from './segment-series.ts'
import type { Segments, SegmentsOptions } from './segments.ts'

/** The fourth thread that Node has for files is left to commits and readers. */
const streamsAtOnce = 3
const streamsAStep = 500

export function openSegments(options: SegmentsOptions): Segments {
  return new SegmentStore(options)
}

class SegmentStore implements Segments {
  readonly #options: SegmentsOptions
  /** The folder of segments. */
  readonly #directory: string
  readonly #directories: DirectoriesToSync | null
  readonly #open: OpenSegments
  readonly #reads: SegmentReads
  readonly #rewriting: Rewriting
  /** Files that nothing reads any more once the manifest was saved. */
  #obsolete: string[] = []
  #swept = false
  #unsaved = false
  #closed = false
  #running: Promise<void> = Promise.resolve()
  #next: Promise<void> | null = null

  constructor(options: SegmentsOptions) {
    const { directory, files, state, report } = options
    this.#options = options
    this.#directory = join(directory, segmentsFolder)
    this.#directories = options.durability === 'os' ? null : new DirectoriesToSync(files)
    const damage = new SegmentDamage(this.#directory, report)
    this.#open = new OpenSegments(files, this.#directory, state.seed, (entry, file) => damage.opened(entry, file))
    this.#reads = new SegmentReads(this.#open, new BlockCache(options.cacheBytes ?? 128 << 20), damage)
    this.#rewriting = {
      place: { files, directory, logId: state.id, directories: this.#directories },
      join: options.join,
      readJournal: options.readJournal,
      open: this.#open,
      damage,
      segmentBytes: options.segmentBytes ?? 64 << 20,
      stopped: () => this.#closed,
      joinFailed: (stream, error) => this.#failed(`joining chunks of ${stream.name} of ${stream.tenant.name}`, error),
    }
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
    await this.#saveOr(() => {
      if (stream.retention === retention) stream.retention = before
    })
  }

  async pin(tenant: TenantState, pin: Pin): Promise<void> {
    const before = tenant.pins.get(pin.name)
    if (!setPin(tenant, pin, this.#options.now())) {
      this.#unsaved = true
      return
    }
    const set = tenant.pins.get(pin.name)
    await this.#saveOr(() => {
      if (tenant.pins.get(pin.name) === set) restorePin(tenant, pin.name, before)
    })
  }

  async unpin(tenant: TenantState, name: string): Promise<void> {
    const before = tenant.pins.get(name)
    if (!tenant.pins.delete(name)) return
    await this.#saveOr(() => {
      if (!tenant.pins.has(name)) restorePin(tenant, name, before)
    })
  }

  async erase(tenant: TenantState, stream?: string): Promise<void> {
    const known = [...tenant.streams.values()].filter(({ name }) => stream === undefined || name === stream)
    if (stream === undefined) tenant.pins.clear()
    const obsolete = known.flatMap(({ segments }) => segments.map(({ file }) => file))
    for (const each of known) {
      forgetJournalChunks(each, tenant.nextSequence)
      Object.assign(each, { segments: [], retention: null })
    }
    await this.#saveOr(() => this.#obsolete.push(...obsolete))
    await this.#remove(obsolete)
    for (const each of known) await removeFolder(this.#options.files, join(this.#directory, streamFolder(each)))
  }

  maintain(): Promise<void> {
    this.#next ??= this.#running.then(() => {
      this.#next = null
      this.#running = this.#run()
      return this.#running
    })
    return this.#next
  }

  async close(): Promise<void> {
    this.#closed = true
    await (this.#next ?? this.#running)
    if (this.#unsaved) await this.#attempt('saving pins', () => this.#save())
    await this.#open.close()
  }

  async #run(): Promise<void> {
    if (this.#closed) return
    await this.#attempt('removing orphans', () => this.#sweep())
    await this.#attempt('dropping', () => this.#drop())
    await this.#attempt('rewriting journals', () => this.#rewrite())
    await this.#attempt('joining segments', () => this.#joinSmall())
    await this.#attempt('saving', () => this.#save())
    await this.#attempt('releasing journals', () => this.#options.releaseJournals())
  }

  async #attempt(work: string, act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      this.#failed(work, error)
    }
  }

  #failed(work: string, error: unknown): void {
    this.#options.report({ kind: 'background-failed', work, cause: error instanceof Error ? error.message : String(error) })
  }

  async #sweep(): Promise<void> {
    if (this.#swept) return
    await removeOrphans(this.#options.files, this.#directory, this.#options.state)
    this.#swept = true
  }

  /** Expired pins, then what retention lets go and no pin holds. */
  async #drop(): Promise<void> {
    const nowMs = this.#options.now()
    for (const tenant of this.#options.state.tenants.values()) this.#expirePins(tenant, nowMs)
    for await (const stream of this.#streams()) {
      const { segments, chunks } = droppable(stream, nowMs, pinnedFrom(stream.tenant, stream.name))
      if (segments + chunks === 0) continue
      this.#obsolete.push(...stream.segments.slice(0, segments).map(({ file }) => file))
      dropOldest(stream, segments, chunks)
      this.#unsaved = true
    }
    await this.#save()
  }

  #expirePins(tenant: TenantState, nowMs: number): void {
    for (const pin of tenant.pins.values()) {
      const held = pin.streams.reduce((sum, name) => {
        const stream = tenant.streams.get(name)
        return stream === undefined ? sum : sum + heldBytes(stream, nowMs, pin.sequence)
      }, 0)
      const reason = expiry(pin, held, nowMs)
      if (reason === null) continue
      tenant.pins.delete(pin.name)
      this.#unsaved = true
      this.#options.report({ kind: 'pin-expired', tenant: tenant.name, name: pin.name, reason })
    }
  }

  async #rewrite(): Promise<void> {
    const { state, maxJournals = 16, rewriteBytes = 1 << 20 } = this.#options
    const closed = state.journals.filter((journal) => journal.closed)
    const mustGo = closed[closed.length - maxJournals - 1]?.number ?? -1
    await this.#inRounds((stream) => (isDue(stream, rewriteBytes, mustGo) ? rewriteJournals(this.#rewriting, stream) : null))
  }

  /** Again while there is something: what was joined may be joined with its new neighbours. */
  async #joinSmall(): Promise<void> {
    while ((await this.#inRounds((stream) => (stream.segments.length > 1 ? joinSegments(this.#rewriting, stream) : null))) > 0);
  }

  /** Work on each stream, some at once, made to count by the round. Answers on how many there was some. */
  async #inRounds(work: (stream: StreamState) => Promise<Rewritten | null> | null): Promise<number> {
    const rounds = new Rounds(this.#mostStreams(), (round) => this.#count(round))
    try {
      await eachOf(this.#streams(), streamsAtOnce, async (stream) => {
        const rewritten = await this.#unlessFailed(stream, work)
        if (rewritten !== null) await rounds.add(rewritten)
      })
    } finally {
      await rounds.finish()
    }
    return rounds.total
  }

  /** One stream that cannot be rewritten does not hold up the others; a full disk does. */
  async #unlessFailed(stream: StreamState, work: (stream: StreamState) => Promise<Rewritten | null> | null): Promise<Rewritten | null> {
    try {
      return await work(stream)
    } catch (error) {
      if (isDiskFull(error)) throw error
      this.#failed(`rewriting ${stream.name} of ${stream.tenant.name}`, error)
      return null
    }
  }

  #mostStreams(): number {
    let streams = 0
    for (const tenant of this.#options.state.tenants.values()) streams += tenant.streams.size
    return streams
  }

  /** Names durable, then the state and the manifest; only then what they stand for may go. */
  async #count(round: readonly Rewritten[]): Promise<void> {
    await this.#directories?.sync()
    for (const { written, replaced, apply } of round) {
      const obsolete = apply() ? replaced : written
      this.#obsolete.push(...obsolete.map(({ file }) => file))
    }
    this.#unsaved = true
    await this.#save()
    await this.#options.releaseJournals()
  }

  /** What was asked for counts only once it is durable; where that fails, nobody knows what the next process finds. */
  async #saveOr(undo: () => void): Promise<void> {
    try {
      await this.#options.saveManifest()
    } catch (error) {
      undo()
      this.#unsaved = true
      throw error
    }
  }

  async #save(): Promise<void> {
    if (!this.#unsaved) return
    const obsolete = this.#obsolete
    this.#obsolete = []
    this.#unsaved = false
    try {
      await this.#options.saveManifest()
    } catch (error) {
      this.#obsolete.push(...obsolete)
      this.#unsaved = true
      throw error
    }
    await this.#remove(obsolete)
  }

  async #remove(files: readonly string[]): Promise<void> {
    for (const file of files) {
      await this.#open.forget(file)
      await removeIfThere(this.#options.files, this.#directory, file)
    }
  }

  async *#streams(): AsyncGenerator<StreamState> {
    let count = 0
    for (const tenant of this.#options.state.tenants.values()) {
      for (const stream of tenant.streams.values()) {
        if (this.#closed) return
        if (++count % streamsAStep === 0) await giveWay()
        yield stream
      }
    }
  }
}

function dropOldest(stream: StreamState, segments: number, chunks: number): void {
  const last = stream.journal[chunks - 1]
  stream.droppedUpTo = last === undefined ? (stream.segments[segments - 1]?.lastSequence ?? stream.droppedUpTo) : last.sequence + last.rows - 1
  stream.segments = stream.segments.slice(segments)
  if (last !== undefined) forgetJournalChunks(stream, last.sequence + last.rows)
}
