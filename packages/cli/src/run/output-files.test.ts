import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { outputFiles } from './output-files.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-files-'))
  writeFileSync(join(folder, 'alerts.ndjson'), '')
  symlinkSync(join(folder, 'alerts.ndjson'), join(folder, 'link'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const taken = expect.objectContaining({ code: 'CLI_OUTPUT_TAKEN' })

describe('files of a run', () => {
  test('each output has one, named for it and its format', () => {
    const files = outputFiles('out', ['a', 'b'], 'csv', [])
    expect([...files.byOutput.values(), files.late, files.deadLetters]).toEqual(
      ['a.csv', 'b.csv', 'late.ndjson', 'dead-letters.ndjson'].map((name) => join('out', name)),
    )
  })

  test('an output cannot take the file of the late records', () => {
    expect(() => outputFiles('out', ['late'], 'ndjson', [])).toThrow(taken)
    expect(() => outputFiles('out', ['late'], 'csv', [])).not.toThrow()
  })

  test('an input is never written over, by whatever name it goes', () => {
    expect(() => outputFiles(folder, ['alerts'], 'ndjson', [join(folder, '.', 'alerts.ndjson')])).toThrow(taken)
    expect(() => outputFiles(folder, ['alerts'], 'ndjson', [join(folder, 'link')])).toThrow(taken)
  })
})
