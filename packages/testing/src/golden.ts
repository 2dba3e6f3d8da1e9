import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assertion } from './assertion.ts'
import { diffRows, diffText } from './row-diff.ts'

export interface GoldenOptions {
  /** Write the file anew instead of comparing with it. Left out: where the environment has UPDATE=1. */
  readonly update?: boolean
}

/**
 * Compares rows with a golden file: NDJSON, one row a line, every column. Fails where the file does not exist, so
 * that a forgotten file never passes; UPDATE=1 writes it.
 */
export function expectGolden(rows: readonly object[], file: string | URL, options: GoldenOptions = {}): void {
  const path = typeof file === 'string' ? file : fileURLToPath(file)
  const actual = rows.map((row) => JSON.stringify(row))
  if (options.update ?? process.env['UPDATE'] === '1') {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, actual.map((line) => `${line}\n`).join(''))
    return
  }
  if (!existsSync(path)) throw assertion(`golden file ${path} does not exist; run the test with UPDATE=1 to write it`, expectGolden)
  const expected = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
  if (expected.length === actual.length && expected.every((line, index) => line === actual[index])) return
  throw assertion(`${path} differs (UPDATE=1 writes it anew)\n${goldenDiff(expected, actual)}`, expectGolden)
}

function goldenDiff(expected: readonly string[], actual: readonly string[]): string {
  const [before, after] = [expected.map(parsed), actual.map(parsed)]
  const lines = diffRows(before, after)
  return lines.every((line) => line.kind === 'same') ? '  the rows agree, their text does not (columns, order or digits)' : diffText(lines, before, after)
}

function parsed(line: string): unknown {
  return JSON.parse(line) as unknown
}
