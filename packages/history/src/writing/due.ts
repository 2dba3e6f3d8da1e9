import type { Log, StreamFigures } from '@millrace/log'
import type { StreamWriter } from './stream-writer.ts'

interface Waiting {
  /** Since when rows wait, by a clock that nobody sets: log time stands still while that of the machine is behind it. */
  readonly sinceMs: number
  /** The stream's bytes in the log at that time. */
  readonly bytes: number
}

/** Knows which streams have waited long enough, or have enough waiting: the log is the buffer, so only figures are kept here. */
export class Due {
  private readonly log: Log
  private readonly everyMs: number
  private readonly bytes: number
  private readonly waiting = new WeakMap<StreamWriter, Waiting>()
  private readonly notBeforeMs = new WeakMap<StreamWriter, number>()
  private readonly inHand = new WeakSet<StreamWriter>()

  constructor(log: Log, everyMs: number, bytes: number) {
    this.log = log
    this.everyMs = everyMs
    this.bytes = bytes
  }

  /** Those whose turn it is; each is answered again only after `done` or `failed`. */
  of(writers: Iterable<StreamWriter>): readonly StreamWriter[] {
    const now = performance.now()
    const isDue = (writer: StreamWriter): boolean => {
      const { tenant, stream, keep } = writer.followed
      return keep !== false && !this.inHand.has(writer) && this.isDue(writer, this.log.stream(tenant, stream), now)
    }
    const due = [...writers].filter(isDue)
    for (const writer of due) this.inHand.add(writer)
    return due
  }

  /** Written: what came meanwhile waits from now on. */
  done(writer: StreamWriter): void {
    this.inHand.delete(writer)
    this.waiting.delete(writer)
  }

  /** Not written: it is tried again, but not at once. */
  failed(writer: StreamWriter): void {
    this.inHand.delete(writer)
    this.notBeforeMs.set(writer, performance.now() + this.everyMs)
  }

  /** How long rows of a stream have waited, whole ms. */
  waitedMs(writer: StreamWriter): number {
    const waiting = this.waiting.get(writer)
    return waiting === undefined ? 0 : Math.round(performance.now() - waiting.sinceMs)
  }

  private isDue(writer: StreamWriter, figures: StreamFigures | null, now: number): boolean {
    if (figures?.lastSequence == null || figures.lastSequence < writer.folder.manifest.position) return false
    const waitedMs = figures.lastIngestionMs === null ? 0 : Math.max(0, this.log.now() - figures.lastIngestionMs)
    const waiting = this.waiting.get(writer) ?? { sinceMs: now - waitedMs, bytes: figures.bytes }
    this.waiting.set(writer, waiting)
    if (now < (this.notBeforeMs.get(writer) ?? now)) return false
    return now - waiting.sinceMs >= this.everyMs || figures.bytes - waiting.bytes >= this.bytes
  }
}
