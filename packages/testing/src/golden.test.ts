import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { expectGolden } from './golden.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-golden-'))
afterAll(() => rmSync(folder, { recursive: true }))

const rows = [
  { station: 1, at: new Date(0), mean: null },
  { station: 2, at: new Date(1), mean: 2.5 },
]

describe('golden files', () => {
  it('one that does not exist fails, whatever the rows are', () => {
    expect(() => expectGolden([], join(folder, 'none.ndjson'), { update: false })).toThrow('does not exist; run the test with UPDATE=1')
  })

  it('update writes what compares equal afterwards', () => {
    const file = join(folder, 'deep', 'rows.ndjson')
    expectGolden(rows, file, { update: true })
    expect(readFileSync(file, 'utf8')).toBe(
      '{"station":1,"at":"1970-01-01T00:00:00.000Z","mean":null}\n{"station":2,"at":"1970-01-01T00:00:00.001Z","mean":2.5}\n',
    )
    expectGolden(rows, pathToFileURL(file), { update: false })
  })

  it('a difference is told by row and column', () => {
    const file = join(folder, 'changed.ndjson')
    expectGolden(rows, file, { update: true })
    expect(() => expectGolden([rows[0]!, { ...rows[1], mean: 3 }], file, { update: false })).toThrow('mean: expected 2.5, got 3')
  })

  it('every column and digit counts', () => {
    const file = join(folder, 'text.ndjson')
    writeFileSync(file, '{"a":1}\n')
    expect(() => expectGolden([{ a: 1, b: 2 }], file, { update: false })).toThrow('their text does not')
  })
})
