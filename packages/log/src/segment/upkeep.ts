import { isDiskFull } from '../files/durable.ts'
import { giveWay } from '../give-way.ts'
import { type Droppable, droppable, heldBytes } from '../retention/droppable.ts'
import { expiry, pinnedFrom } from '../retention/pins.ts'
import type { JournalFile } from '../state/journal-file.ts'
import { forgetJournalChunks, type PinState, type StreamState, type TenantState } from '../state/log-state.ts'
import { totalsOf } from '../state/totals.ts'
import { eachOf } from './each-of.ts'
import { HeldJournals } from './held-journals.ts'
import { joinSegments } from './join-segments.ts'
import { removeOrphans } from './orphans.ts'
import type { Rewriting, Rewritten } from './rewrite.ts'
import { isDue, rewriteJournals } from './rewrite-journals.ts'
import { Rounds } from './rounds.ts'
import type { SegmentsOptions } from './segments.ts'
import type { StoredState } from './stored-state.ts'

/** The fourth thread that Node has for files is left to commits and readers. */
const streamsAtOnce = 3
const streamsAStep = 500
const pinsAStep = 200
/** Of journals that are in memory while many streams are rewritten from them. */
const togetherBytes = 128 << 20

/** What segments need done now and then. */
export class Upkeep {
  readonly #options: SegmentsOptions
  /** The folder of segments. */
  readonly #directory: string
  readonly #rewriting: Rewriting
  readonly #stored: StoredState
  readonly #held = new HeldJournals()
  #swept = false
  #all = false

  constructor(options: SegmentsOptions, directory: string, rewriting: Rewriting, stored: StoredState) {
    this.#options = options
    this.#directory = directory
    this.#rewriting = rewriting
    this.#stored = stored
  }

  async run(): Promise<void> {
    const all = this.#all
    this.#all = false
    await this.#attempt('removing orphans', () => this.#sweep())
    await this.#attempt('dropping', () => this.#drop())
    await this.#attempt('rewriting journals', () => this.#rewrite(all))
    await this.#attempt('joining segments', () => this.#joinSmall())
    await this.save()
    await this.#attempt('releasing journals', () => this.#options.releaseJournals(all))
  }

  /** The next run leaves nothing in closed journals. */
  rewriteAllNext(): void {
    this.#all = true
  }

  save(): Promise<void> {
    return this.#attempt('saving', () => this.#stored.save())
  }

  failed(work: string, error: unknown): void {
    this.#options.report({ kind: 'background-failed', work, cause: error instanceof Error ? error.message : String(error) })
  }

  async #attempt(work: string, act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      this.failed(work, error)
    }
  }

  async #sweep(): Promise<void> {
    const { files, state } = this.#options
    if ((this.#swept && !this.#stored.leftFiles) || state.copies > 0) return
    this.#stored.leftFiles = false
    await removeOrphans(files, this.#directory, state)
    this.#swept = true
  }

  /** Expired pins, then what retention lets go and no pin holds. */
  async #drop(): Promise<void> {
    const nowMs = this.#options.now()
    const free = new Map<StreamState, Droppable>()
    for await (const stream of this.#streams()) {
      const found = droppable(stream, nowMs, Number.POSITIVE_INFINITY)
      if (found.segments + found.chunks > 0) free.set(stream, found)
    }
    await this.#expirePins(free, nowMs)
    for (const stream of free.keys()) {
      const { segments, chunks } = droppable(stream, nowMs, pinnedFrom(stream.tenant, stream.name))
      if (segments + chunks > 0) this.#stored.changed(dropOldest(stream, segments, chunks))
      await giveWay()
    }
    await this.#stored.save()
  }

  async #expirePins(free: ReadonlyMap<StreamState, Droppable>, nowMs: number): Promise<void> {
    let count = 0
    for (const tenant of this.#options.state.tenants.values()) {
      for (const pin of tenant.pins.values()) {
        if (++count % pinsAStep === 0) await giveWay()
        const reason = expiry(pin, bytesHeld(tenant, pin, free), nowMs)
        if (reason === null || tenant.pins.get(pin.name) !== pin) continue
        tenant.pins.delete(pin.name)
        this.#stored.changed()
        this.#options.report({ kind: 'pin-expired', tenant: tenant.name, name: pin.name, reason })
      }
    }
  }

  /** Streams that have enough in closed journals; all that have something in the oldest, where these are too many. */
  async #rewrite(all: boolean): Promise<void> {
    const { state, maxJournals = 16, rewriteBytes = 1 << 20 } = this.#options
    const closed = state.journals.filter(({ closed, chunks }) => closed && chunks > 0)
    const last = closed.at(-1)?.number ?? 0
    const mustGo = all ? last : (closed[closed.length - maxJournals - 1]?.number ?? 0)
    let held = false
    for (const journals of together(closed)) {
      const { number: upTo } = journals.at(-1) as JournalFile
      if (this.#rewriting.stopped()) return
      held = (await this.#rewriteTogether(journals, (stream) => isDue(stream, rewriteBytes, upTo))) || held
    }
    // What is left of streams with little is read from the files.
    if (mustGo > 0) await this.#inRounds((stream) => (isDue(stream, 0, mustGo) ? rewriteJournals(this.#rewriting, stream, last) : null))
    if (!held) this.#held.free()
  }

  /** Answers whether the journals were held. */
  async #rewriteTogether(journals: readonly JournalFile[], due: (stream: StreamState) => boolean): Promise<boolean> {
    const { number: upTo } = journals.at(-1) as JournalFile
    let streams = 0
    for await (const stream of this.#streams()) if (due(stream)) streams++
    if (streams > 1) await this.#held.hold(journals)
    try {
      await this.#inRounds((stream) => (due(stream) ? rewriteJournals(this.#rewriting, stream, upTo) : null))
    } finally {
      this.#held.release()
    }
    return streams > 1
  }

  /** Again while there is something: what was joined may be joined with its new neighbours. */
  async #joinSmall(): Promise<void> {
    while ((await this.#inRounds((stream) => (stream.segments.length > 1 ? joinSegments(this.#rewriting, stream) : null))) > 0);
  }

  /** Work on each stream, some at once, made to count by the round. Answers on how many there was some. */
  async #inRounds(work: (stream: StreamState) => Promise<Rewritten | null> | null): Promise<number> {
    const rounds = new Rounds(this.#streamCount(), (round) => this.#count(round))
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
      this.failed(`rewriting ${stream.name} of ${stream.tenant.name}`, error)
      return null
    }
  }

  /** Names durable, then the state and the manifest; only then what they stand for may go. */
  async #count(round: readonly Rewritten[]): Promise<void> {
    await this.#rewriting.place.directories?.sync()
    for (const { written, replaced, apply } of round) {
      const obsolete = apply() ? replaced : written
      this.#stored.changed(obsolete.map(({ file }) => file))
    }
    await this.#stored.save()
    await this.#options.releaseJournals(false)
  }

  #streamCount(): number {
    let count = 0
    for (const { streams } of this.#options.state.tenants.values()) count += streams.size
    return count
  }

  async *#streams(): AsyncGenerator<StreamState> {
    let count = 0
    for (const tenant of this.#options.state.tenants.values()) {
      for (const stream of tenant.streams.values()) {
        if (this.#rewriting.stopped()) return
        if (++count % streamsAStep === 0) await giveWay()
        yield stream
      }
    }
  }
}

/** Neighbours whose bytes may be held at a time. */
function together(journals: readonly JournalFile[]): readonly (readonly JournalFile[])[] {
  const groups: JournalFile[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const journal of journals) {
    if (bytes + journal.bytes > togetherBytes) {
      groups.push([])
      bytes = 0
    }
    groups.at(-1)?.push(journal)
    bytes += journal.bytes
  }
  return groups
}

/** Answers the files that hold nothing any more. */
function dropOldest(stream: StreamState, segments: number, chunks: number): readonly string[] {
  const dropped = stream.segments.slice(0, segments)
  const { records } = stream.inJournals
  const last = stream.journal[chunks - 1]
  stream.droppedUpTo = last === undefined ? (dropped.at(-1)?.lastSequence ?? stream.droppedUpTo) : last.sequence + last.rows - 1
  stream.segments = stream.segments.slice(segments)
  if (last !== undefined) forgetJournalChunks(stream, last.sequence + last.rows)
  stream.droppedRecords += totalsOf(dropped).records + records - stream.inJournals.records
  return dropped.map(({ file }) => file)
}

/** Bytes that are there only because of the pin. */
function bytesHeld(tenant: TenantState, { streams, sequence }: PinState, free: ReadonlyMap<StreamState, Droppable>): number {
  return streams.reduce((sum, name) => {
    const stream = tenant.streams.get(name)
    const without = stream === undefined ? undefined : free.get(stream)
    return stream === undefined || without === undefined ? sum : sum + heldBytes(stream, without, sequence)
  }, 0)
}
