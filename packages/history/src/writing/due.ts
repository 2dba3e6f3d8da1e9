import type { Log, StreamFigures } from '@millrace/log'
import type { StreamWriter } from './stream-writer.ts'

/** Knows which streams have waited long enough, or have enough waiting: the log is the buffer, so only figures are kept here. */
export class Due {
  private readonly log: Log
  private readonly everyMs: number
  private readonly bytes: number
  /** Since when rows wait, and the stream's bytes in the log at that time. */
  private readonly since = new WeakMap<StreamWriter, { readonly ms: number; readonly bytes: number }>()
  private readonly inHand = new WeakSet<StreamWriter>()

  constructor(log: Log, everyMs: number, bytes: number) {
    this.log = log
    this.everyMs = everyMs
    this.bytes = bytes
  }

  /** Those whose turn it is; each is answered again only after `done`. */
  of(writers: readonly StreamWriter[]): readonly StreamWriter[] {
    const figures = new Map<string, ReadonlyMap<string, StreamFigures>>()
    for (const { tenant } of writers.map(({ followed }) => followed)) {
      if (!figures.has(tenant)) figures.set(tenant, new Map(this.log.streams(tenant).map((stream) => [stream.stream, stream])))
    }
    const now = this.log.now()
    const due = writers.filter(
      (writer) => !this.inHand.has(writer) && this.isDue(writer, figures.get(writer.followed.tenant)?.get(writer.followed.stream), now),
    )
    for (const writer of due) this.inHand.add(writer)
    return due
  }

  /** Written, or not: what came meanwhile waits from now on. */
  done(writer: StreamWriter): void {
    this.inHand.delete(writer)
    this.since.delete(writer)
  }

  private isDue(writer: StreamWriter, figures: StreamFigures | undefined, now: number): boolean {
    if (figures?.lastSequence == null || figures.lastSequence < writer.folder.manifest.position) return false
    const since = this.since.get(writer)
    if (since === undefined) this.since.set(writer, { ms: now, bytes: figures.bytes })
    const begun = since ?? { ms: now, bytes: figures.bytes }
    return now - begun.ms >= this.everyMs || figures.bytes - begun.bytes >= this.bytes
  }
}
