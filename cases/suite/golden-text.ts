import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect } from 'vitest'

/** Compares with a golden file; no file stands for no text. UPDATE=1 writes it anew. */
export function expectText(text: string, path: string): void {
  if (process.env['UPDATE'] === '1') write(text, path)
  else expect(text, path).toBe(existsSync(path) ? readFileSync(path, 'utf8') : '')
}

function write(text: string, path: string): void {
  if (text === '') {
    rmSync(path, { force: true })
    return
  }
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
