import { BatchBuilder, decodeBatch, encodeBatch, type Float64Builder, type Int32Builder, joinBatches } from '@millrace/columns'
import { type JobEvent, type JobSpec, Jobs, type JobsOptions, outputStream, readResults, type StartOptions } from '@millrace/jobs'
import { type Log, type LogEvent, type LogOptions, openLog, type Receipt } from '@millrace/log'
import { SimulatedDisk } from '@millrace/log/testing'
import { type Plan, streamFields } from '@millrace/plan'
import { sums } from './apps.ts'

/** A reading: sensor, seconds of its event time, value. */
export type Reading = readonly [sensor: number, atSeconds: number, value: number]

export const tenant = 'acme'

/** A log and jobs on a disk in memory, at a clock that is set by hand. */
export class World {
  disk = new SimulatedDisk()
  private readonly folder: string | null
  nowMs = 0
  readonly events: (JobEvent | LogEvent)[] = []
  private opened: { readonly log: Log; readonly jobs: Jobs } | null = null

  /** `folder`: on the machine's disk instead. */
  constructor(folder: string | null = null) {
    this.folder = folder
  }

  get log(): Log {
    return this.current.log
  }

  get jobs(): Jobs {
    return this.current.jobs
  }

  async open(options: Partial<JobsOptions> = {}, logOptions: Partial<LogOptions> = {}): Promise<void> {
    const report = (event: JobEvent | LogEvent): void => void this.events.push(event)
    const { folder } = this
    const files = folder === null ? { files: this.disk } : {}
    const log = await openLog({ directory: `${folder ?? ''}/log`, ...files, clock: () => this.nowMs, join: joinBatches, report, ...logOptions })
    this.opened = { log, jobs: new Jobs({ log, directory: `${folder ?? ''}/jobs`, ...files, workers: 0, live: false, report, ...options }) }
  }

  async start(plan: Plan = sums, more: Partial<JobSpec> & StartOptions = {}): Promise<void> {
    await this.jobs.start({ tenant, job: 'sums', plan, ...more }, more)
  }

  async close(): Promise<void> {
    await this.jobs.close()
    await this.log.close()
  }

  send(readings: readonly Reading[], producer?: { readonly id: string; readonly sequence: number }): Promise<Receipt> {
    const builder = new BatchBuilder(streamFields(sums.streams['readings'] as Plan['streams'][string]))
    const [sensor, at, value] = builder.columns as readonly [Int32Builder, Float64Builder, Float64Builder]
    for (const [id, atSeconds, reading] of readings) {
      const row = builder.addRow()
      sensor.set(row, id)
      at.set(row, atSeconds * 1000)
      value.set(row, reading)
    }
    const payload = encodeBatch(builder.batch(), 0, readings.length, { shared: true })
    return this.log.append({
      tenant,
      chunks: [{ stream: 'readings', kind: 'batch', rows: readings.length, schema: 1, payload }],
      ...(producer && { producer }),
    })
  }

  settle(): Promise<void> {
    return this.jobs.settle(tenant, 'sums')
  }

  /** What the job gave: epoch, and the columns of each row. */
  async results(output = 'sums'): Promise<readonly string[]> {
    const reader = this.log.reader({ tenant, streams: [outputStream('sums', output)] })
    const texts: string[] = []
    for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read())
      for (const { chunk, from, to } of pieces) {
        const { rows, epoch } = readResults(decodeBatch(chunk.payload))
        for (let row = from; row < to; row++) {
          const values = rows.batch.columns.map((column) =>
            column.kind === 'list' ? '' : column.kind === 'string' ? column.dictionary.text(column.values[row] as number) : column.values[row],
          )
          texts.push(`${epoch[row]}: ${values.join(' ')}`)
        }
      }
    reader.close()
    return texts
  }

  private get current(): { readonly log: Log; readonly jobs: Jobs } {
    if (this.opened === null) throw new Error('open the world first')
    return this.opened
  }
}
