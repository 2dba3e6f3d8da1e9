import type { DeadLetter } from '@millrace/formats'
import type { LogEntry, Value } from '@millrace/oracle'
import { type Field, inputsOf, type Plan, relations } from '@millrace/plan'
import type { PlainRow } from '../../packages/oracle/test/engine/plain-rows.ts'
import type { EngineResult } from '../../packages/oracle/test/engine/run-engine.ts'

/** Rows of an output, a JSON object a line: where each comes from, then its columns. */
export function outputText(plan: Plan, output: string, rows: readonly PlainRow[], ids: readonly string[]): string {
  const fields = fieldsOf(plan, plan.outputs[output] as string)
  return linesOf(rows.map((row, at) => ({ _id: ids[at], _revision: row.revision, ...originOf(row), ...columnsOf(row, fields) })))
}

/** Rows too late for all windows of an aggregate, with the watermark before each. */
export function lateText(plan: Plan, late: EngineResult['late']): string {
  const aggregates = plan.operators.filter(({ id }) => id in late)
  const lines = aggregates.flatMap((operator) => {
    const fields = fieldsOf(plan, inputsOf(operator)[0] as string)
    const rows = late[operator.id] ?? []
    return rows.map((row) => ({
      operator: operator.id,
      watermark: instant(row.watermark),
      lagMs: row.watermark - row.time,
      ...originOf(row),
      ...columnsOf(row, fields),
    }))
  })
  return linesOf(lines)
}

const decoder = new TextDecoder()

export function deadLetterText(letters: readonly DeadLetter[]): string {
  return linesOf(
    letters.map(({ stream, record, bytes, column, code, reason, key }) => ({ stream, record, bytes: decoder.decode(bytes), column, code, reason, key })),
  )
}

/** The entries of a log, without their columns. */
export function logText(entries: readonly LogEntry[]): string {
  return linesOf(entries.map(entryOf))
}

function entryOf(entry: LogEntry): object {
  const { kind, sequence } = entry
  switch (entry.kind) {
    case 'end':
      return entry
    case 'record':
      return { kind, sequence, stream: entry.stream, ingestion: instant(entry.ingestionMs) }
    default:
      return { kind, sequence, log: instant(entry.logMs) }
  }
}

export function instant(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().replace('.000Z', 'Z') : String(ms)
}

/** What caused the row, and its window. */
function originOf({ sequence, windowStart, windowEnd, element, origin }: PlainRow): object {
  return {
    _sequence: sequence,
    ...(element !== null && { _element: element }),
    ...(origin !== null && { _origin: origin }),
    ...(windowStart !== null && windowEnd !== null && { _window: `${instant(windowStart)}/${instant(windowEnd)}` }),
  }
}

function columnsOf({ values }: PlainRow, fields: readonly Field[]): object {
  return Object.fromEntries(fields.map(({ name, type }) => [name, columnText(values[name] ?? null, type)]))
}

function columnText(value: Value, type: Field['type']): Value {
  return type === 'timestamp' && typeof value === 'number' ? instant(value) : value
}

function fieldsOf(plan: Plan, operator: string): readonly Field[] {
  return relations(plan).get(operator)?.fields ?? []
}

const linesOf = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
