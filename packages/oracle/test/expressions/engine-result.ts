import type { OpenJob } from '@millrace/engine'
import { type Expression, type Field, type Plan, validate } from '@millrace/plan'
import type { Value, Values } from '../../src/value.ts'
import { batchOf } from '../engine/batches.ts'
import { plainRows } from '../engine/plain-rows.ts'

/** The values of expressions over one row, and how many failed, as the engine has them. */
export function engineResult(
  openJob: OpenJob,
  fields: readonly Field[],
  row: Values,
  expressions: readonly Expression[],
): { readonly values: Value[]; readonly failures: number } {
  const plan = planOf(fields, expressions)
  const issues = validate(plan)
  if (issues.length > 0) throw new Error(JSON.stringify(issues))
  const rows: Values[] = []
  const job = openJob(plan, { sink: { rows: (_, all) => rows.push(...plainRows(all).map(({ values }) => values)), late: () => {} } })
  const stored = fields.map((field) => (field.type === 'duration' ? { ...field, type: 'timestamp' as const } : field))
  job.push({ kind: 'rows', stream: 's', sequence: 0, batch: batchOf(stored, [row]), from: 0, to: 1, ingestion: 0 })
  while (job.run() === 'more');
  const values = expressions.map((_, at) => rows[0]?.[`r${at}`] as Value)
  return { values, failures: job.stats().failures['map'] ?? 0 }
}

function planOf(fields: readonly Field[], expressions: readonly Expression[]): Plan {
  const durations = new Set(fields.filter(({ type }) => type === 'duration').map(({ name }) => name))
  return {
    version: 1,
    name: 'table',
    params: {},
    streams: {
      s: {
        schema: { columns: fields.map(({ name, type }) => ({ name, type: nodeOf(type), optional: true })) },
        format: { kind: 'ndjson' },
        time: null,
        withoutTime: 'reject',
        watermark: { kind: 'monotonic' },
        idleTimeoutMs: null,
        maxAheadMs: 0,
        unknownFields: 'lenient',
        key: [],
      },
    },
    operators: [
      { kind: 'read', id: 'read', stream: 's' },
      { kind: 'map', id: 'map', input: 'read', columns: expressions.map((value, at) => ({ name: `r${at}`, value: withDurations(value, durations) })) },
    ],
    outputs: { out: 'map' },
  }
}

function nodeOf(type: Field['type']) {
  if (typeof type === 'object') throw new TypeError('no list stands in a table')
  return type === 'timestamp' || type === 'duration' ? ({ kind: 'timestamp', format: 'epoch-ms' } as const) : ({ kind: type } as const)
}

/** Streams have no durations: such a column is stored as the time that long after 1970 began. */
function withDurations(expression: Expression, durations: ReadonlySet<string>): Expression {
  if (expression.kind === 'call') return { ...expression, args: expression.args.map((arg) => withDurations(arg, durations)) }
  if (expression.kind !== 'column' || !durations.has(expression.name)) return expression
  return { kind: 'call', name: 'between', args: [expression, { kind: 'literal', value: { timestampMs: 0 } }] }
}
