import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import type { MillraceClient, RecordRow } from '@millrace/api'
import { latencyOf } from '../measure/latency.ts'
import type { SentRecords } from '../measure/sent-records.ts'
import { outputOf } from '../remote/rows.ts'

/** Looked up at once: what comes meanwhile is counted, but not measured. */
const mostLookups = 8
const lookEveryMs = 50
const mostLooks = 200
/** From a result's append until it is seen here, at most. */
const lingerMs = 200

/** Follows an output and measures how long its rows took from the sending of the record that caused them. */
export class AlertWatch {
  seen = 0
  readonly latencyUs: RecordableHistogram = createHistogram()
  private readonly app: string
  private readonly client: MillraceClient
  private readonly sent: SentRecords
  private readonly lookups = new Set<Promise<void>>()
  private readonly ended = new AbortController()
  private readonly following: Promise<void>

  /** `what`: `failures/alerts`, or the app alone for its first output. Errors: APP_UNKNOWN, CLI_OUTPUT_UNKNOWN. */
  static async open(client: MillraceClient, sent: SentRecords, what: string): Promise<AlertWatch> {
    const [app = '', output] = what.split('/')
    return new AlertWatch(client, sent, app, await outputOf(client, app, output))
  }

  private constructor(client: MillraceClient, sent: SentRecords, app: string, output: string) {
    this.client = client
    this.sent = sent
    this.app = app
    this.following = this.follow(app, output)
    // A failure is told by `stop`.
    this.following.catch(() => {})
  }

  /** Once the app has taken everything. Errors: what ended the following before its time. */
  async stop(): Promise<void> {
    for (let look = 0; look < mostLooks && (await this.client.appFigures(this.app)).figures?.lag !== 0; look++) await setTimeout(lookEveryMs)
    await setTimeout(lingerMs)
    this.ended.abort()
    await this.following
    await Promise.all(this.lookups)
  }

  /** Nothing is followed any more. */
  close(): void {
    this.ended.abort()
  }

  private async follow(app: string, output: string): Promise<void> {
    for await (const { row } of this.client.followResults(app, output, { from: 'now', signal: this.ended.signal })) {
      this.seen++
      const seenMs = Date.now()
      if (this.lookups.size >= mostLookups) continue
      const lookup = this.look(row, seenMs).finally(() => this.lookups.delete(lookup))
      this.lookups.add(lookup)
    }
  }

  private async look(row: RecordRow, seenMs: number): Promise<void> {
    const latencyMs = await latencyOf(this.client, this.sent, row, seenMs).catch(() => null)
    if (latencyMs !== null) this.latencyUs.record(Math.max(1, Math.round(latencyMs * 1000)))
  }
}
