import type { Field } from '@millrace/plan'
import type { SinkRows } from '../../src/contract.ts'

/** A row's values by column, nested ones with dots: as in its line. */
export type Columns = Readonly<Record<string, unknown>>

const column = (name: string, type: Field['type'], nullable = true): Field => ({ name, type, nullable })

/** One of each type. */
export const tenantFields: readonly Field[] = [
  column('station_id', 'int64', false),
  column('ok', 'bool'),
  column('count', 'int32'),
  column('value', 'float64'),
  column('text', 'string'),
  column('at', 'timestamp'),
  column('lasted', 'duration'),
  column('sensor.id', 'string'),
  column('sensor.place.height', 'float64'),
  column('readings', { list: [column('', 'float64', false)] }),
  column('parts', { list: [column('name', 'string', false), column('size', 'int32')] }),
]

const identity = { _id: [column('_id', 'string', false), column('_revision', 'int64', false)], $sequence: [column('$sequence', 'int64', false)] } as const

/** Values of every type, by number; extremes among them. */
export function valuesOf(number: number): Columns {
  const texts = ['', 'plain', 'quotes " \' \\ and\nlines', 'h\u00e9llo \ud83d\ude00 \u4e16\u754c', 'a\u2028b;--', '{"json":1}']
  const wholes = [0, 9_007_199_254_740_991, -9_007_199_254_740_991]
  return {
    station_id: number,
    ok: number % 2 === 0,
    count: [1, -2_147_483_648, 2_147_483_647][number % 3],
    value: [0.1, -1e-300, 1.7976931348623157e308, 5e-324][number % 4],
    text: texts[number % texts.length],
    at: new Date(Date.UTC(2026, 0, 1) + number * 1001).toISOString(),
    lasted: wholes[number % wholes.length],
    'sensor.id': `s${number}`,
    'sensor.place.height': number / 8,
    readings: Array.from({ length: number % 4 }, (_, index) => index + 0.5),
    parts: Array.from({ length: number % 3 }, (_, index) => ({ name: `p"${index}`, size: index === 0 ? null : index })),
  }
}

/** All that may be missing is. */
export function missingOf(number: number): Columns {
  return { ...Object.fromEntries(tenantFields.map(({ name }) => [name, null])), station_id: number }
}

/** A row of a result: its id follows from the number. */
export function resultRow(number: number, revision = 0, values: Columns = valuesOf(number)): Columns {
  return { _id: number.toString(16).padStart(32, '0'), _revision: revision, ...values }
}

export function recordRow(sequence: number): Columns {
  return { $sequence: sequence, ...valuesOf(sequence) }
}

/** Rows as a sink gets them; the first has the position. */
export function pageOf(rows: readonly Columns[], from = 0): SinkRows {
  const key = rows[0]!._id === undefined ? '$sequence' : '_id'
  const lines = rows.map((row) => `${JSON.stringify(nested(row))}\n`).join('')
  const positions = Float64Array.from(rows, (_, index) => from + index)
  return { fields: [...identity[key], ...tenantFields], key, lines: new TextEncoder().encode(lines), positions }
}

/** `sensor.id` stands in an object `sensor`. */
function nested(row: Columns): object {
  const whole: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(row)) {
    const path = name.split('.')
    let inner = whole
    for (const step of path.slice(0, -1)) {
      inner[step] ??= {}
      inner = inner[step] as Record<string, unknown>
    }
    inner[path.at(-1)!] = value
  }
  return whole
}

/** A line's object as columns again. */
export function flat(row: Columns, before = ''): Columns {
  const entries = Object.entries(row).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(flat(value as Columns, `${before}${name}.`))
      : [[before + name, value]],
  )
  return Object.fromEntries(entries)
}
