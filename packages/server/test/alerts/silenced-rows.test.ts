import { type Batch, type BoolColumn, isSet } from '@millrace/columns'
import { Random } from '@millrace/log/testing'
import { expect, it } from 'vitest'
import { concerns, fitsKey, type Silence } from '../../src/alerts/silence.ts'
import { silencedRows } from '../../src/alerts/silenced-rows.ts'

const seed = Math.floor(Math.random() * 2 ** 31)
const random = new Random(seed)
const rows = 60
const some = (): number => random.pick([0, 1, 2])
const column = () => Int32Array.from({ length: rows }, some)
const [sensors, days, ons, validity] = [
  column(),
  Float64Array.from(column(), (day) => day * 86_400_000),
  new Uint8Array(8).fill(0b101),
  new Uint8Array(8).fill(0b11011),
]
const batch: Batch = {
  rows,
  fields: [
    { name: 'sensor', type: 'int32', nullable: true },
    { name: 'day', type: 'timestamp', nullable: false },
    { name: 'on', type: 'bool', nullable: false },
  ],
  columns: [
    { kind: 'int32', values: sensors, validity },
    { kind: 'timestamp', values: days, validity: null },
    { kind: 'bool', values: ons, validity: null },
  ],
}

/** Values of a row as a silence is asked for them. */
const askedOf = (row: number) => (name: string) => {
  if (name === 'sensor') return isSet(validity, row) ? sensors[row] : null
  if (name === 'day') return new Date(days[row] as number)
  return name === 'on' ? isSet(ons, row) : undefined
}

function someSilence(): Silence {
  const all: Silence['key'] = {
    sensor: random.pick([null, 0, 1, '1']),
    day: random.pick([0, 86_400_000, '1970-01-02T00:00:00Z', 'x', null]),
    on: random.chance(0.5),
    other: 1,
  }
  const key = Object.fromEntries(Object.entries(all).filter(([name]) => random.chance(name === 'other' ? 0.1 : 0.5)))
  const [app, output] = [random.pick([null, 'a', 'b']), random.pick([null, 'o', 'p'])]
  return { tenant: 't', id: 's', app, output, key, fromMs: some(), untilMs: 3 + some(), by: 'k', note: null }
}

it(`a row is silenced where a silence of its output fits its key at its time (seed ${seed})`, () => {
  for (let run = 0; run < 300; run++) {
    const silences = Array.from({ length: some() }, someSilence)
    const logMs = Float64Array.from({ length: rows }, () => random.pick([0, 1, 2, 3, 4]))
    const { values } = silencedRows(silences, 'a', 'o', batch, logMs) as BoolColumn
    const expected = Array.from(logMs, (atMs, row) => silences.some((silence) => concerns(silence, 'a', 'o', atMs) && fitsKey(silence, askedOf(row))))
    expect(Array.from(logMs, (_, row) => isSet(values, row))).toEqual(expected)
  }
})
