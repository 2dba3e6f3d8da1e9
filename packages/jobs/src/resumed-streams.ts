import type { Log, NewChunk } from '@millrace/log'
import type { JobSpec } from './job-spec.ts'

/** Streams whose time goes on after a restart: while nothing ran, none was idle (semantics T5). */
export class ResumedStreams {
  private readonly log: Log
  /** By tenant. */
  private readonly known = new Map<string, Set<string>>()

  constructor(log: Log) {
    this.log = log
  }

  /** Appends that the time of streams that are new here stood still from the log's last entry until now. */
  async resume(specs: Iterable<Pick<JobSpec, 'tenant' | 'plan'>>): Promise<void> {
    const streams = this.newOf(specs)
    const append = (kind: 'paused' | 'resumed', ms: number): Promise<unknown> =>
      Promise.all([...streams].map(([tenant, names]) => this.log.append({ tenant, chunks: names.map((stream) => timeEntry(stream, kind, ms)) })))
    // Where others append already, what they append now may be ahead.
    await append('paused', this.log.lastMs).catch(() => append('paused', this.log.now()))
    await append('resumed', this.log.now())
  }

  /** Streams there are, by tenant, that were not resumed yet; now they count as if they were. */
  private newOf(specs: Iterable<Pick<JobSpec, 'tenant' | 'plan'>>): ReadonlyMap<string, readonly string[]> {
    const streams = new Map<string, string[]>()
    for (const { tenant, plan } of specs) {
      const known = this.known.get(tenant) ?? new Set()
      this.known.set(tenant, known)
      for (const stream of Object.keys(plan.streams)) {
        if (known.has(stream)) continue
        known.add(stream)
        const { lastSequence = null, droppedUpTo = 0 } = this.log.stream(tenant, stream) ?? {}
        // One that never had an entry has no time that could stand still.
        if (lastSequence !== null || droppedUpTo > 0) streams.set(tenant, [...(streams.get(tenant) ?? []), stream])
      }
    }
    return streams
  }
}

function timeEntry(stream: string, kind: 'paused' | 'resumed', ms: number): NewChunk {
  return { stream, kind, rows: 1, schema: 0, payload: new Uint8Array(0), ingestionMs: Float64Array.of(ms) }
}
