import type { HistoryFigures } from '@millrace/history'
import { Counter, Histogram, type Registry } from 'prom-client'
import type { BoundedNames } from './bounded-names.ts'
import { PresentValues } from './present-values.ts'
import { QueryTimeMetrics } from './query-time-metrics.ts'

/** What the history holds, by stream, how far it is, and what is asked of it. */
export class HistoryMetrics {
  readonly queryTimes: QueryTimeMetrics
  private readonly figures: () => readonly HistoryFigures[]
  private readonly rows: PresentValues<'stream'>
  private readonly bytes: PresentValues<'stream'>
  private readonly rowsBehind: PresentValues<'stream'>
  private readonly behind: PresentValues<'stream'>
  private readonly failing: PresentValues<'stream'>
  private readonly queries: Counter<'result'>
  private readonly took: Histogram

  constructor(registry: Registry, names: BoundedNames, tenants: number, figures: () => readonly HistoryFigures[]) {
    this.figures = figures
    this.queryTimes = new QueryTimeMetrics(registry, tenants)
    const value = (joined: 'sum' | 'max', name: string, help: string): PresentValues<'stream'> =>
      new PresentValues(registry, names, 'stream', joined, `millrace_history_${name}`, help)
    this.rows = value('sum', 'records', 'Records and results in the history')
    this.bytes = value('sum', 'bytes', 'Bytes of its files')
    this.rowsBehind = value('sum', 'behind_records', 'Sequences of the log that the history has not looked at')
    this.behind = value('max', 'behind_seconds', 'How long the oldest row waits that is not in the history')
    this.failing = value('sum', 'failing', '1: rows could not be written when last tried')
    const help = 'Queries by what became of them: answered, or the code of the error'
    this.queries = new Counter({ name: 'millrace_history_queries_total', help, labelNames: ['result'], registers: [registry] })
    const buckets = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60]
    this.took = new Histogram({ name: 'millrace_history_query_seconds', help: 'Time of queries, waiting included', buckets, registers: [registry] })
  }

  /** Counts a query by how it ends. */
  async counted<T>(query: Promise<T>): Promise<T> {
    const stop = this.took.startTimer()
    try {
      const answer = await query
      this.queries.inc({ result: 'answered' })
      return answer
    } catch (error) {
      this.queries.inc({ result: codeOf(error) })
      throw error
    } finally {
      stop()
    }
  }

  collect(): void {
    this.queryTimes.collect()
    for (const gauge of [this.rows, this.bytes, this.rowsBehind, this.behind, this.failing]) gauge.begin()
    for (const { tenant, stream, rows, bytes, rowsBehind, behindMs, failing } of this.figures()) {
      const one = { tenant, name: stream }
      this.rows.take(one, rows)
      this.bytes.take(one, bytes)
      this.rowsBehind.take(one, rowsBehind)
      this.behind.take(one, behindMs / 1000)
      this.failing.take(one, failing === null ? 0 : 1)
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'SERVER_FAULT'
}
