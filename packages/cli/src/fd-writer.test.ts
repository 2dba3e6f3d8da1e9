import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFdWriter } from './fd-writer.ts'

test('what is written stands in the file, whatever the sizes of the writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-writer-'))
  const file = join(folder, 'new', 'folder', 'out')
  const writer = openFdWriter(file)
  const parts = [1, 300_000, 5, 262_144, 262_143, 2, 0].map((length, index) => Buffer.alloc(length, index + 1))
  for (const part of parts) writer.write(part)
  writer.close()
  expect(readFileSync(file).equals(Buffer.concat(parts))).toBe(true)
  rmSync(folder, { recursive: true })
})

test.skipIf(!existsSync('/dev/full'))('a full disk is an error that names the file and what to do', () => {
  const writer = openFdWriter('/dev/full')
  writer.write(Buffer.from('x'))
  expect(() => writer.flush()).toThrow(expect.objectContaining({ code: 'CLI_OUTPUT_FAILED', action: expect.stringContaining('The disk is full') }))
})

test('a path through a file cannot be written', () => {
  expect(() => openFdWriter(join(import.meta.filename, 'out'))).toThrow(expect.objectContaining({ code: 'CLI_OUTPUT_FAILED' }))
})
