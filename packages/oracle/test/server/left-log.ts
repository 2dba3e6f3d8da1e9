import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { joinBatches } from '@millrace/columns'
import { addStats } from '@millrace/engine'
import { type Followed, resultKey } from '@millrace/history'
import { deadStream, Jobs, outputStream } from '@millrace/jobs'
import { type Log, openLog } from '@millrace/log'
import type { Plan } from '@millrace/plan'
import { runOracle } from '../../src/run.ts'
import { statsFault } from '../equality/check.ts'
import { faultInResults } from '../jobs/fault-in-results.ts'
import { entriesIn, resultsIn } from '../jobs/read-log.ts'
import { faultInHistory } from './fault-in-history.ts'
import type { Found } from './ledger.ts'
import { type NumberedStream, numberColumns, numberInText } from './numbered-lines.ts'

/** What a killed server left, in a copy of its folder that nothing else touches. */
export class LeftLog {
  private readonly log: Log
  private readonly jobs: Jobs
  private readonly folder: string

  private constructor(folder: string, log: Log) {
    this.folder = folder
    this.log = log
    this.jobs = new Jobs({ log, directory: join(folder, 'jobs'), workers: 0, live: false })
  }

  static async of(data: string): Promise<LeftLog> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-left-'))
    for (const part of ['log', 'jobs', 'history']) await cp(join(data, part), join(folder, part), { recursive: true }).catch(absent)
    return new LeftLog(folder, await openLog({ directory: join(folder, 'log'), join: joinBatches }))
  }

  /** Where the numbered lines of a tenant's stream stand. */
  async found(tenant: string, stream: NumberedStream): Promise<Found> {
    const good = new Map<number, number[]>()
    const bad = new Map<number, number[]>()
    for (const entry of await entriesIn(this.log, tenant, { streams: { [stream]: null } }))
      if (entry.kind === 'record') add(good, Number(entry.row[numberColumns[stream]]), entry.sequence)
    for (const { number, sequence } of await this.letters(tenant, stream)) add(bad, number, sequence)
    return { good, bad }
  }

  /** An app goes on to the end of the log: are its results, late records and counts those of the oracle over that log? Null: they are. */
  async faultInApp(tenant: string, plan: Plan, figures: { records: number; results: number }): Promise<string | null> {
    const job = plan.name
    await this.jobs.start({ tenant, job, plan, params: plan.params }, { upgrade: true })
    await this.jobs.settle(tenant, job)
    const parts = await this.jobs.figures(tenant, job)
    const entries = await entriesIn(this.log, tenant, plan)
    const results = await resultsIn(this.log, tenant, job, plan)
    const oracle = runOracle(plan, entries)
    figures.records += entries.length
    figures.results += Object.values(results.outputs).reduce((sum, rows) => sum + rows.length, 0)
    const fault = faultInResults(results, oracle) ?? statsFault({ stats: addStats(parts.map(({ stats }) => stats)) }, oracle)
    return fault === null ? null : `app ${job} of ${tenant}: ${fault}`
  }

  /** Has the history every row of the tenant's streams and outputs once? Null: it has. */
  faultInHistory(tenant: string, plans: readonly Plan[], figures: { kept: number }): Promise<string | null> {
    const streams = new Map(plans.flatMap((plan) => Object.entries(plan.streams)))
    const raw = [...streams].map(([stream, { time }]): Followed => ({ tenant, stream, ...(time !== null && { timeColumn: time }) }))
    const results = plans.flatMap((plan) =>
      Object.keys(plan.outputs).map((output): Followed => ({ tenant, stream: outputStream(plan.name, output), result: resultKey(plan, output) })),
    )
    return faultInHistory(join(this.folder, 'history'), this.log, tenant, [...raw, ...results], figures)
  }

  /** Sequences of the rows of an output, in the order of the log. */
  async sequences(tenant: string, stream: string): Promise<readonly number[]> {
    const all: number[] = []
    const reader = this.log.reader({ tenant, streams: [stream] })
    for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read())
      for (const { chunk, from, to } of pieces) all.push(...sequencesIn(chunk).slice(from, to))
    reader.close()
    return all
  }

  async close(): Promise<void> {
    await this.jobs.abandon()
    await this.log.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  private async letters(tenant: string, stream: string): Promise<readonly { readonly number: number; readonly sequence: number }[]> {
    const all: { readonly number: number; readonly sequence: number }[] = []
    const reader = this.log.reader({ tenant, streams: [deadStream(stream)] })
    for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read())
      for (const { chunk, from, to } of pieces) {
        const sequences = sequencesIn(chunk)
        const lines = Buffer.from(chunk.payload).toString().trimEnd().split('\n')
        for (let row = from; row < to; row++) all.push({ number: numberInText(lines[row] as string), sequence: sequences[row] as number })
      }
    reader.close()
    return all
  }
}

type Chunk = Awaited<ReturnType<ReturnType<Log['reader']>['read']>>[number]['chunk']

/** Of all rows of the chunk. */
function sequencesIn({ runs }: Chunk): number[] {
  return Array.from({ length: runs.count }, (_, run) =>
    Array.from({ length: runs.rows[run] as number }, (_, row) => (runs.sequence[run] as number) + row),
  ).flat()
}

function add(places: Map<number, number[]>, number: number, sequence: number): void {
  const known = places.get(number)
  if (known === undefined) places.set(number, [sequence])
  else known.push(sequence)
}

/** A server that was killed early has no folder for its jobs yet. */
function absent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
