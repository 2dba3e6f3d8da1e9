import { readFileSync, writeFileSync } from 'node:fs'
import { catalogue } from '@millrace/plan'
import { expect, test } from 'vitest'
import { errorsPage } from './errors-page.ts'

const page = new URL('../../../docs/errors.md', import.meta.url)

test('docs/errors.md says what the catalogue says', () => {
  if (process.env['UPDATE']) writeFileSync(page, errorsPage())
  expect(readFileSync(page, 'utf8'), 'UPDATE=1 writes the page anew').toBe(errorsPage())
})

test('every code of the catalogue is on the page', () => {
  const text = errorsPage()
  for (const code of Object.keys(catalogue)) expect(text).toContain(`| \`${code}\` |`)
})

test('codes are words in capitals, and every entry has a message and an action', () => {
  for (const [code, { message, action }] of Object.entries(catalogue)) {
    expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/)
    expect(message, code).toMatch(/\S/)
    expect(action, code).toMatch(/\S/)
  }
})
