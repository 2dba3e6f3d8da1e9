import fc from 'fast-check'
import type { Columns } from './rows.ts'

const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { freq: 4 })
/** A zero with a sign is none in JSON. */
const float = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
/** Not every store keeps U+0000. */
const text = fc.string({ unit: 'binary', maxLength: 30 }).map((value) => value.replaceAll('\0', '').toWellFormed())
const safe = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }
const time = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2200, 0, 1) }).map((ms) => new Date(ms).toISOString())

/** Values of the tenant's columns but `station_id`. */
export const anyValues: fc.Arbitrary<Columns> = fc.record({
  ok: maybe(fc.boolean()),
  count: maybe(fc.integer()),
  value: maybe(float),
  text: maybe(text),
  at: maybe(time),
  lasted: maybe(fc.integer(safe)),
  'sensor.id': maybe(text),
  'sensor.place.height': maybe(float),
  readings: maybe(fc.array(float, { maxLength: 4 })),
  parts: maybe(fc.array(fc.record({ name: text, size: maybe(fc.integer()) }), { maxLength: 3 })),
})
