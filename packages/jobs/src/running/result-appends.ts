import type { Log, NewChunk } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { JobSpec } from '../job-spec.ts'
import { type Mark, markChunk, settledAt } from '../mark.ts'
import type { Report } from '../messages.ts'
import { AheadRows } from './ahead-rows.ts'
import type { Part } from './part.ts'
import { PartResults } from './part-results.ts'

/** Until an append that found no room is tried again, ms. */
const retryMs = 500

export interface ResultAppendsContext {
  readonly log: Log
  readonly spec: JobSpec
  /** Results wait, as the log takes none at the moment. */
  waiting(reason: string): void
  /** The log will take none any more. */
  failed(code: string, reason: string): void
  /** Something is in the log now. */
  changed(): void
}

/** Brings the results of a job's parts into the log: in one order, each append with the mark of how far it came, one after the other. */
export class ResultAppends {
  mark: Mark
  private readonly context: ResultAppendsContext
  private readonly parts: readonly Part[]
  /** Null: there is one part. */
  private readonly partResults: PartResults | null
  /** Parts whose results are not all in the log, and up to where they came. */
  private readonly handedIn = new Map<Part, number>()
  private readonly ahead: AheadRows
  /** All results of entries up to it were appended. */
  private position: number
  private mergedUpTo: number
  private merges = 0
  private last: Promise<void> = Promise.resolve()
  private closed = false

  constructor(mark: Mark, position: number, parts: readonly Part[], context: ResultAppendsContext) {
    this.mark = mark
    this.context = context
    this.parts = parts
    this.partResults = parts.length === 1 ? null : new PartResults(parts.length, position)
    this.ahead = new AheadRows(position >= settledAt(mark) ? null : mark.ahead)
    this.position = Math.max(position, mark.position)
    this.mergedUpTo = position
  }

  /** Everything handed in is in the log. */
  get done(): boolean {
    return this.handedIn.size === 0
  }

  handIn(part: Part, { position, upTo, chunks }: Extract<Report, { kind: 'results' }>): void {
    this.handedIn.set(part, position)
    if (this.partResults === null) this.appendNext(position, upTo, Promise.resolve(chunks))
    else {
      this.partResults.add(part.index, position, chunks)
      this.mergeNext(this.partResults)
      // What it handed in of an entry that others are not through with waits here, not there.
      if (upTo !== null) this.acknowledge(part)
    }
  }

  /** Does something once all that was handed in until now is in the log; not at all where that fails. */
  afterwards(work: () => Promise<void>): void {
    this.last = this.last.then(work)
    this.last.catch(() => {})
  }

  /** Nothing is handed in any more; resolves once nothing is on its way to the log either. */
  async close(): Promise<void> {
    this.closed = true
    await this.last.catch(() => {})
  }

  /** What all parts have come to, put into one order in the thread of one part after the other. */
  private mergeNext(results: PartResults): void {
    const { position } = results
    if (position <= this.mergedUpTo) return
    this.mergedUpTo = position
    const streams = results.take()
    const part = this.parts[++this.merges % this.parts.length] as Part
    this.appendNext(position, null, streams.length === 0 ? Promise.resolve([]) : part.merge(this.merges, streams))
  }

  /** Appends behind what came before; then those whose results are all in the log may hand in more. */
  private appendNext(position: number, upTo: number | null, chunks: Promise<readonly NewChunk[]>): void {
    chunks.catch(() => {})
    this.afterwards(async () => {
      const groups = groupsOf(await chunks)
      for (const group of groups.slice(0, -1)) await this.append(group, upTo ?? position)
      await this.append(groups.at(-1) ?? [], upTo, position)
      for (const [part, handedIn] of this.handedIn) if (handedIn <= position) this.acknowledge(part)
      this.context.changed()
    })
  }

  private acknowledge(part: Part): void {
    this.handedIn.delete(part)
    part.send({ kind: 'appended' })
  }

  /** `upTo`: there is more to come of entries up to it; null: these are all results up to `position`. */
  private async append(chunks: readonly NewChunk[], upTo: number | null, position = this.position): Promise<void> {
    const fresh = this.ahead.take(chunks, upTo ?? position)
    if (upTo === null) {
      this.ahead.settle()
      this.position = Math.max(this.position, position)
    }
    if (fresh.length > 0) await this.appendWithMark(fresh, { ...this.mark, position: this.position, ahead: this.ahead.open })
  }

  /** Appends until it succeeds: results that have to wait hold up their job, nothing else. */
  private async appendWithMark(chunks: readonly NewChunk[], mark: Mark): Promise<void> {
    const { log, spec } = this.context
    while (!this.closed) {
      try {
        await log.append({ tenant: spec.tenant, chunks: [...chunks, markChunk(spec.job, mark)] })
        this.mark = mark
        return
      } catch (error) {
        await this.afterFailure(error)
      }
    }
    throw new Error('the job ended before its results found room')
  }

  private async afterFailure(error: unknown): Promise<void> {
    const code = error instanceof MillraceError ? error.code : 'JOB_APPEND'
    if (code !== 'LOG_DISK_FULL' && code !== 'LOG_BUSY') {
      this.context.failed(code, String(error))
      throw error
    }
    this.context.waiting(String(error))
    await new Promise((resolve) => setTimeout(resolve, retryMs))
  }
}

/** Appends larger than this would hold up those of others: they share commits of twice the size. */
const maxAppendBytes = 1 << 20

/** Chunks that are appended together. */
function groupsOf(chunks: readonly NewChunk[]): readonly (readonly NewChunk[])[] {
  const groups: NewChunk[][] = []
  let bytes = 0
  for (const chunk of chunks) {
    if (groups.length === 0 || bytes + chunk.payload.length > maxAppendBytes) {
      groups.push([])
      bytes = 0
    }
    groups.at(-1)?.push(chunk)
    bytes += chunk.payload.length
  }
  return groups
}
