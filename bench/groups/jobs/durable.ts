import { join } from 'node:path'
import { type Batch, decodeBatch, encodeBatch, joinBatches } from '@millrace/columns'
import type { JobSink } from '@millrace/engine'
import { clockStream, Jobs, type JobsOptions, outputStream, readResults } from '@millrace/jobs'
import { type Log, type LogOptions, type NewChunk, openLog } from '@millrace/log'

export const tenant = 'acme'
/** Records of an append. */
export const rowsOfAppend = 16_384

/** A log and its jobs, in a folder. */
export interface Durable {
  readonly log: Log
  readonly jobs: Jobs
  /** Without snapshots: what was measured is not needed any more. */
  abandon(): Promise<void>
}

export async function openDurable(folder: string, options: Partial<JobsOptions> = {}, logOptions: Partial<LogOptions> = {}): Promise<Durable> {
  const log = await openLog({ directory: join(folder, 'log'), join: joinBatches, ...logOptions })
  const jobs = openJobs(log, folder, options)
  return {
    log,
    jobs,
    async abandon() {
      await jobs.abandon()
      await log.close()
    },
  }
}

/** A job that ends is no figure. */
export function openJobs(log: Log, folder: string, options: Partial<JobsOptions> = {}): Jobs {
  return new Jobs({
    log,
    directory: join(folder, 'jobs'),
    report(event) {
      console.error(event)
      throw new Error(`of the job ${event.job}: ${event.kind}`)
    },
    ...options,
  })
}

export function chunkOf(batch: Batch): NewChunk {
  const payload = encodeBatch(batch, 0, batch.rows, { shared: true })
  return { stream: 'alarms', kind: 'batch', rows: batch.rows, schema: 1, payload }
}

/** Nothing comes any more: all windows close. */
export const endChunk: NewChunk = { stream: clockStream, kind: 'end', rows: 1, schema: 0, payload: new Uint8Array(0) }

/** Appends with a few on their way at a time, as a producer does that does not wait for each. */
export class Appending {
  private readonly log: Log
  private readonly tenant: string
  private readonly waiting: Promise<unknown>[] = []

  constructor(log: Log, of = tenant) {
    this.log = log
    this.tenant = of
  }

  /** Resolves when there is room for more. */
  async append(chunks: readonly NewChunk[]): Promise<void> {
    if (chunks.length > 0) this.waiting.push(this.log.append({ tenant: this.tenant, chunks }))
    while (this.waiting.length > 8) await this.waiting.shift()
  }

  /** Resolves when all are durable. */
  async done(): Promise<void> {
    await Promise.all(this.waiting.splice(0))
  }
}

export async function appendAll(log: Log, batches: Iterable<Batch>): Promise<void> {
  const appending = new Appending(log)
  for (const batch of batches) await appending.append([chunkOf(batch)])
  await appending.done()
}

export async function readOutput(log: Log, job: string, output: string, sink: JobSink): Promise<void> {
  const reader = log.reader({ tenant, streams: [outputStream(job, output)] })
  for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read())
    for (const { chunk } of pieces) sink.rows(output, readResults(decodeBatch(chunk.payload)).rows)
  reader.close()
}

export function outputRows(log: Log, job: string, output: string): number {
  return log.streams(tenant).find(({ stream }) => stream === outputStream(job, output))?.rows ?? 0
}
