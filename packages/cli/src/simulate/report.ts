import type { RecordableHistogram } from 'node:perf_hooks'
import { printFacts } from '../show/text-table.ts'
import type { Terminal } from '../terminal.ts'
import type { AlertWatch } from './alert-watch.ts'
import type { Sending } from './sending.ts'

/** Times in ms; null: nothing was measured. */
export interface Times {
  readonly p50: number | null
  readonly p99: number | null
  readonly max: number | null
}

export interface Report {
  readonly records: number
  readonly acknowledged: number
  /** Null: the way does not tell. */
  readonly accepted: number | null
  readonly rejected: number | null
  readonly seconds: number
  readonly recordsPerSecond: number
  /** From the sending of a batch until it was acknowledged. */
  readonly acknowledgeMs: Times
  /** Null: no output was followed. */
  readonly results: { readonly seen: number; readonly measured: number; readonly latencyMs: Times } | null
}

export function reportOf({ records, acknowledged, accepted, rejected, seconds, acknowledgeUs }: Sending, watch: AlertWatch | null): Report {
  const results = watch === null ? null : { seen: watch.seen, measured: watch.latencyUs.count, latencyMs: timesOf(watch.latencyUs) }
  const recordsPerSecond = seconds === 0 ? 0 : Math.round(records / seconds)
  return { records, acknowledged, accepted, rejected, seconds, recordsPerSecond, acknowledgeMs: timesOf(acknowledgeUs), results }
}

function timesOf(histogram: RecordableHistogram): Times {
  if (histogram.count === 0) return { p50: null, p99: null, max: null }
  const ms = (us: number): number => Number((us / 1000).toPrecision(3))
  return { p50: ms(histogram.percentile(50)), p99: ms(histogram.percentile(99)), max: ms(histogram.max) }
}

export function printReport(
  { records, acknowledged, accepted, rejected, seconds, recordsPerSecond, acknowledgeMs, results }: Report,
  terminal: Terminal,
): void {
  printFacts(terminal, [
    ['records', `${records} in ${seconds.toFixed(1)} s (${recordsPerSecond}/s)`],
    ...(accepted === null ? [] : [['accepted', `${accepted}, rejected ${rejected}`] as const]),
    ['acknowledged', acknowledged === records ? timesText(acknowledgeMs) : `only ${acknowledged}, ${timesText(acknowledgeMs)}`],
    ...(results === null
      ? []
      : [['results', `${results.seen}, ${timesText(results.latencyMs)} from their record's sending (${results.measured} measured)`] as const]),
  ])
}

function timesText({ p50, p99, max }: Times): string {
  return p50 === null ? 'none' : `p50 ${p50} ms, p99 ${p99} ms, at most ${max} ms`
}
