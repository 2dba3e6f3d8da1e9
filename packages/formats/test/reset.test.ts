import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { DeadLetter } from '../src/decoder.ts'
import { openDecoder } from '../src/open-decoder.ts'
import { csv, decodeAll, json, ndjson, rowsOf, streamOf, type Value } from './decode-all.ts'

const columns = [
  { name: 'at', type: { kind: 'timestamp', format: 'epoch-ms' } },
  { name: 'station', type: { kind: 'string' }, optional: true },
  { name: 'value', type: { kind: 'float64' }, missing: [999999] },
  { name: 'on', type: { kind: 'bool' }, optional: true },
] as const
const header = { kind: 'csv', separator: ',', header: 'auto' } as const

function record(kind: 'csv' | 'json', random: (below: number) => number): string {
  const at = random(5) === 0 ? '' : String(1_000_000 + random(1000))
  const station = random(4) === 0 ? '' : `s${random(5)}`
  const value = random(6) === 0 ? 'warm' : String(random(3) === 0 ? 999999 : random(100) / 4)
  const on = ['true', 'false', ''][random(3)] as string
  if (kind === 'csv') return [at, station, value, on].join(',')
  const fields = Object.entries({ at, station: station && `"${station}"`, value, on }).filter(([, text]) => text !== '')
  return `{${fields.map(([name, text]) => `"${name}":${text}`).join(',')}}`
}

const asJson = (letters: readonly DeadLetter[]): unknown => JSON.parse(JSON.stringify(letters))

describe('a decoder kept for another input', () => {
  it('reads it as a new decoder would, whatever came before', () => {
    const seed = randomInt(2 ** 31)
    let state = seed
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
      return (state >>> 8) % below
    }
    for (const [kind, format] of [
      ['csv', csv],
      ['csv', header],
      ['json', ndjson],
      ['json', json],
    ] as const) {
      for (const withoutTime of ['reject', 'previous', 'ingestion'] as const) {
        const stream = streamOf(columns, { format, time: 'at', withoutTime, key: ['station'] })
        let rows: Record<string, Value>[] = []
        let letters: DeadLetter[] = []
        const sink = {
          batch: (batch: Parameters<typeof rowsOf>[0]) => void rows.push(...rowsOf(batch)),
          deadLetters: (batch: Iterable<DeadLetter>) => void letters.push(...batch),
        }
        const decoder = openDecoder('readings', stream, sink, { batchRows: 7 })
        const expected: { rows: Record<string, Value>[]; letters: DeadLetter[] } = { rows: [], letters: [] }
        for (let input = 0; input < 60; input++) {
          const names = random(3) === 0 ? ['at,station,value,on', 'value,at,station,on', 'at,value'][random(3)] : null
          const lines = Array.from({ length: random(20) }, () => record(kind, random))
          const text = [...(kind === 'csv' && format === header && names ? [names] : []), ...lines].join('\n')
          const bytes = new TextEncoder().encode(text)
          const isCut = random(3) === 0
          const to = isCut ? random(bytes.length + 1) : bytes.length
          const middle = random(to + 1)
          decoder.push(bytes.slice(0, middle), 2_000_000)
          decoder.push(bytes.slice(middle, to), 2_000_000)
          if (isCut) {
            // What was whole stays; the rest goes.
            decoder.flush()
            const before = { rows: rows.slice(0, expected.rows.length), letters: asJson(letters.slice(0, expected.letters.length)) }
            expect(before, `seed ${seed}, ${format.kind} ${withoutTime}`).toEqual(expected)
            rows = []
            letters = []
            expected.rows = []
            expected.letters = []
          } else {
            decoder.finish()
            const alone = decodeAll(stream, bytes, [], 2_000_000)
            expected.rows.push(...alone.rows)
            expected.letters.push(...alone.letters)
            if (random(2) === 0) decoder.flush()
          }
          decoder.reset()
        }
        decoder.flush()
        expect({ rows, letters: asJson(letters) }, `seed ${seed}, ${format.kind} ${withoutTime}`).toEqual(expected)
      }
    }
  })
})
