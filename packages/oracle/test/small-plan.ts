import type { AggregateOperator, AlertOperator, Expression, Operator, Plan, StreamNode } from '@millrace/plan'
import { type LogEntry, type OracleResult, type Row, runOracle } from '../src/index.ts'

/** A stream of (at, key, value) with a watermark without bound, for plans that fit a test. */
export const stream: StreamNode = {
  schema: {
    columns: [
      { name: 'at', type: { kind: 'timestamp', format: 'epoch-ms' } },
      { name: 'key', type: { kind: 'string' }, optional: true },
      { name: 'value', type: { kind: 'float64' }, optional: true },
    ],
  },
  format: { kind: 'ndjson' },
  time: 'at',
  withoutTime: 'reject',
  watermark: { kind: 'monotonic' },
  idleTimeoutMs: null,
  maxAheadMs: 3_600_000,
  unknownFields: 'lenient',
  key: [],
}

export const count: Expression = { kind: 'aggregate', name: 'count' }
export const value: Expression = { kind: 'column', name: 'value' }

export function aggregate(more: Partial<AggregateOperator> = {}): AggregateOperator {
  return {
    kind: 'aggregate',
    id: 'windows',
    input: 's',
    key: ['key'],
    window: { kind: 'tumbling', sizeMs: 10, offsetMs: 0 },
    allowedLatenessMs: 0,
    results: 'revised',
    emit: 'record',
    columns: [{ name: 'rows', value: count }],
    ...more,
  }
}

export function alert(more: Partial<AlertOperator>): AlertOperator {
  const message: Expression = { kind: 'literal', value: 'on' }
  const when: Expression = { kind: 'call', name: 'gt', args: [value, { kind: 'literal', value: 2 }] }
  return { kind: 'alert', id: 'alerts', input: 's', key: ['key'], when, severity: 'info', message, cooldownMs: 0, clearAfterMs: null, ...more }
}

/** Reads the streams under their own names, and shows the last operator as `out`. */
export function planOf(operators: readonly Operator[], streams: Plan['streams'] = { s: stream }): Plan {
  const reads = Object.keys(streams).map((name): Operator => ({ kind: 'read', id: name, stream: name }))
  return { version: 1, name: 'small', params: {}, streams, operators: [...reads, ...operators], outputs: { out: operators.at(-1)?.id as string } }
}

/** A record, a tick by its log time, or the end. */
export type Brief = readonly [at: number, key: string | null, value: number | null, stream?: string, ingestionMs?: number] | number | 'end'

export function logOf(...entries: readonly Brief[]): LogEntry[] {
  return entriesOf(entries)
}

/** With their place in the list as sequence. */
export function entriesOf(briefs: readonly Brief[]): LogEntry[] {
  return briefs.map((entry, sequence): LogEntry => {
    if (entry === 'end') return { kind: 'end', sequence }
    if (typeof entry === 'number') return { kind: 'tick', sequence, logMs: entry }
    const [at, key, number, name = 's', ingestionMs = 0] = entry
    return { kind: 'record', sequence, stream: name, ingestionMs, row: { at, key, value: number } }
  })
}

export function run(plan: Plan, log: readonly LogEntry[]): OracleResult & { readonly out: readonly Row[] } {
  const result = runOracle(plan, log)
  return { ...result, out: result.outputs['out'] as Row[] }
}
