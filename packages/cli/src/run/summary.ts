import type { JobStats } from '@millrace/engine'
import type { DecoderStats } from '@millrace/formats'
import type { Plan } from '@millrace/plan'
import { countText } from '../count-text.ts'
import { durationText } from '../durations.ts'
import { plainText } from '../plain-text.ts'
import { coloured, type Terminal } from '../terminal.ts'
import { instantText } from './cells.ts'
import { rateText } from './progress.ts'

/** What a run did; `--summary` writes it as JSON. */
export interface Summary {
  readonly app: string
  readonly interrupted: boolean
  /** Folder of a run that can be gone on with; null: there is none. */
  readonly state: string | null
  readonly seconds: number
  readonly recordsPerSecond: number
  readonly peakMemoryBytes: number
  readonly records: number
  readonly bad: number
  /** Too late for all of their windows. */
  readonly late: number
  /** (record, window) pairs lost, those of late records included. */
  readonly dropped: number
  /** (key, window) pairs that fired. */
  readonly windows: number
  /** Alerts opened. */
  readonly alerts: number
  readonly rowsOut: number
  readonly inputs: readonly InputSummary[]
  readonly outputs: Readonly<Record<string, { readonly rows: number; readonly revisions: number; readonly place: string | null }>>
  /** Files of dead letters and late records; null: none were written. */
  readonly sidePlaces: { readonly deadLetters: string; readonly late: string } | null
  readonly badByCode: Readonly<Record<string, number>>
  readonly firstBad: readonly {
    readonly stream: string
    readonly record: number
    readonly column: string | null
    readonly reason: string
    readonly code: string
  }[]
  readonly job: JobStats
}

export interface InputSummary {
  readonly stream: string
  readonly file: string
  readonly records: number
  readonly bad: number
  readonly bytes: number
}

export interface SummarySources {
  readonly plan: Plan
  readonly job: JobStats
  readonly inputs: readonly { readonly stream: string; readonly file: string; readonly stats: DecoderStats }[]
  readonly deadLetters: { readonly byCode: ReadonlyMap<string, number>; readonly first: Summary['firstBad'] }
  readonly placeOf: (output: string) => string | undefined
  readonly sidePlaces: Summary['sidePlaces']
  readonly seconds: number
  readonly interrupted: boolean
  readonly state: string | null
  readonly peakMemoryBytes: number
}

export function summaryOf({ plan, job, inputs, deadLetters, placeOf, sidePlaces, seconds, interrupted, state, peakMemoryBytes }: SummarySources): Summary {
  const records = sum(inputs, ({ stats }) => stats.records)
  const windows = Object.values(job.windows)
  return {
    app: plan.name,
    interrupted,
    state,
    seconds,
    recordsPerSecond: seconds > 0 ? Math.round(records / seconds) : 0,
    peakMemoryBytes,
    records,
    bad: sum(inputs, ({ stats }) => stats.bad),
    late: sum(windows, ({ tooLate }) => tooLate),
    dropped: sum(windows, ({ windowsMissed }) => windowsMissed),
    windows: sum(windows, ({ fired }) => fired),
    alerts: sum(Object.values(job.alerts), ({ opened }) => opened),
    rowsOut: sum(Object.values(job.outputs), ({ rows }) => rows),
    inputs: inputs.map(({ stream, file, stats }) => ({ stream, file, records: stats.records, bad: stats.bad, bytes: stats.bytes })),
    outputs: Object.fromEntries(Object.entries(job.outputs).map(([name, counts]) => [name, { ...counts, place: placeOf(name) ?? null }])),
    sidePlaces,
    badByCode: Object.fromEntries(deadLetters.byCode),
    firstBad: deadLetters.first.map(({ stream, record, column, reason, code }) => ({ stream, record, column, reason, code })),
    job,
  }
}

const labelWidth = 9

/** For people: a line a fact, what is zero left out where it says nothing. */
export function printSummary(summary: Summary, terminal: Terminal): void {
  const line = (label: string, text: string) => terminal.err(`  ${label.padEnd(labelWidth)} ${plainText(text)}\n`)
  const state = summary.interrupted ? coloured(terminal.errColours, 'yellow', 'interrupted') : coloured(terminal.errColours, 'green', 'done')
  const rate = `${countText(summary.records)} records in ${durationText(summary.seconds * 1000)} (${rateText(summary.recordsPerSecond)})`
  terminal.err(`\n${plainText(summary.app)}: ${state}, ${rate}, peak memory ${megabytes(summary.peakMemoryBytes)}\n`)
  for (const input of summary.inputs) line('input', inputText(input, summary.job))
  if (summary.bad > 0) line('bad', badText(summary))
  for (const bad of summary.firstBad.slice(0, 3))
    line('', `record ${bad.record} of ${bad.stream}${bad.column === null ? '' : `, ${bad.column}`}: ${bad.reason}`)
  for (const [operator, windows] of Object.entries(summary.job.windows)) line('windows', windowsText(operator, windows))
  if (summary.late > 0) line('late', `${countText(summary.late)} records${summary.sidePlaces === null ? '' : ` to ${summary.sidePlaces.late}`}`)
  for (const [operator, alerts] of Object.entries(summary.job.alerts)) line('alerts', alertsText(operator, alerts))
  for (const [operator, failures] of Object.entries(summary.job.failures))
    if (failures > 0) line('missing', `${operator}: ${countText(failures)} value(s) by overflow or division by zero`)
  for (const [name, output] of Object.entries(summary.outputs)) line('output', outputText(name, output))
  if (summary.interrupted && summary.state !== null) line('', `the same command goes on from here: ${summary.state} holds what was read`)
  else if (summary.interrupted)
    line('', `open windows (${countText(sum(Object.values(summary.job.windows), ({ open }) => open))}) were not closed: their results are not written`)
}

function inputText({ stream, file, records, bad, bytes }: InputSummary, job: JobStats): string {
  const watermark = job.watermarkMs[stream]
  const highest = job.highestEventTimeMs[stream]
  const times = [
    highest === null || highest === undefined ? '' : `, up to ${instantText(highest)}`,
    watermark === null || watermark === undefined || !Number.isFinite(watermark) ? '' : `, watermark ${instantText(watermark)}`,
  ]
  return `${stream} from ${file}: ${countText(records)} records, ${countText(bad)} bad, ${megabytes(bytes)}${times.join('')}`
}

function badText({ bad, records, badByCode, sidePlaces }: Summary): string {
  const kinds = Object.entries(badByCode).map(([code, times]) => `${code} ${countText(times)}`)
  return `${countText(bad)} of ${countText(records)} records (${kinds.join(', ')})${sidePlaces === null ? '' : ` to ${sidePlaces.deadLetters}`}`
}

function windowsText(operator: string, { fired, revised, tooLate, windowsMissed }: JobStats['windows'][string]): string {
  const late = tooLate + windowsMissed === 0 ? 'none late' : `${countText(tooLate)} record(s) too late, ${countText(windowsMissed)} dropped from a window`
  return `${operator}: ${countText(fired)} fired, ${countText(revised)} revised, ${late}`
}

function alertsText(operator: string, { opened, updated, cleared, withdrawn, suppressed, openNow }: JobStats['alerts'][string]): string {
  const parts = [`${countText(opened)} opened`, `${countText(updated)} updated`, `${countText(cleared)} cleared`]
  if (withdrawn > 0) parts.push(`${countText(withdrawn)} withdrawn`)
  if (suppressed > 0) parts.push(`${countText(suppressed)} held back by the cooldown`)
  parts.push(`${countText(openNow)} open at the end`)
  return `${operator}: ${parts.join(', ')}`
}

function outputText(name: string, { rows, revisions, place }: Summary['outputs'][string]): string {
  const revised = revisions === 0 ? '' : ` (${countText(revisions)} of them revisions)`
  return `${name}: ${countText(rows)} rows${revised}${place === null ? ', not written' : ` to ${place}`}`
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}
