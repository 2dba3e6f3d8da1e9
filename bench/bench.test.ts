import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { benchmarks } from './benchmarks.ts'
import { type Benchmark, figure, median, rate } from './measure.ts'
import type { Scale } from './scale.ts'
import { sameSums } from './sums.ts'
import { mainFigures } from './table.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
const tinyDurable = { logBytes: 1 << 20, idle: 20, killedRows: 3_000, killedMs: 400, delaysMs: 200, serverMs: 60 }
const tiny: Scale = { rows: 3_000, spanMs: 1_800_000, manyRows: 3_000, manyKeys: 1_000, dirtyRows: 500, ...tinyDurable, runs: 1, folder }
const measured: string[] = []
afterAll(() => rmSync(folder, { recursive: true }))

/** A minute of many processes, however small its loads are. */
const isLong = ({ name }: Benchmark): boolean => name === 'the server' || name === 'sources and sinks'

describe('every benchmark runs, and finds what its peer finds', () => {
  test.each(benchmarks.filter((each) => !isLong(each)))('$name', async (benchmark) => {
    const figures = await benchmark.run(tiny)
    expect(figures.length).toBeGreaterThan(0)
    for (const { name, value, min, max } of figures) {
      measured.push(name)
      expect(value).not.toBeNaN()
      expect(min).toBeLessThanOrEqual(value)
      expect(max).toBeGreaterThanOrEqual(value)
    }
  })
})

describe('figures', () => {
  test("each has a name of its own, and the README's are among them", () => {
    expect(new Set(measured).size).toBe(measured.length)
    expect(mainFigures.filter((name) => !measured.includes(name))).toEqual([])
  })

  test('a wrong sum is no figure', () => {
    expect(() => sameSums({ total: 1.5 }, { total: 1.5000001 })).toThrow('total')
    expect(() => sameSums({ count: 3 }, { count: 4 })).toThrow('count')
    sameSums({ total: 1.1, count: 3 }, { total: 1.1 + 1e-12, count: 3 })
  })

  test('the median stands in the middle', () => expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]))

  test('rates are to be high, sizes low', () => {
    expect(figure('rate', 'records/s', [5], 4).met).toBe(true)
    expect(figure('size', 'bytes', [5], 4).met).toBe(false)
  })

  test('a peer that takes twice as long stands at half our rate', () => {
    expect(rate('work', 'records/s', 100, { ours: [1], peer: [2] }, 50, 3)).toMatchObject({ value: 100, met: true, peer: { value: 50, ratio: 2, met: false } })
  })
})
