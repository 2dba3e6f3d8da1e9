import type { Silence as ApiSilence } from '@millrace/api/schemas'

/** Alerts that nobody is notified of for a while. */
export interface Silence extends ApiSilence {
  readonly tenant: string
}

/** Values of an alert's key, by column. */
export type AlertKey = Silence['key']

/** Whether the silence is meant for alerts of that output at that log time. */
export function concerns(silence: Silence, app: string, output: string, atMs: number): boolean {
  return isMeantFor(silence, app, output) && silence.fromMs <= atMs && atMs < silence.untilMs
}

/** At some time. */
export function isMeantFor({ app, output }: Silence, ofApp: string, ofOutput: string): boolean {
  return (app === null || app === ofApp) && (output === null || output === ofOutput)
}

/** A key that has not all columns of the silence does not fit it. Values of timestamps come as dates. */
export function fitsKey({ key }: Silence, columnValue: (column: string) => unknown): boolean {
  return Object.entries(key).every(([column, value]) => {
    const found = columnValue(column)
    return found instanceof Date ? found.getTime() === instantOf(value) : found === value
  })
}

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** ms of an instant, which is ISO 8601 with its zone, or ms since 1970; NaN: it is none. */
export function instantOf(value: AlertKey[string]): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && iso.test(value) ? Date.parse(value) : Number.NaN
}
