import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const script = `
import { registerHooks } from 'node:module'
const loaded = []
registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
await import(process.argv[1])
console.log(loaded.filter((url) => url.includes('typebox')).length, loaded.length)
`

const loadedBy = (entry: string): readonly number[] =>
  execFileSync(process.execPath, ['--input-type=module', '-e', script, entry], { encoding: 'utf8', cwd: import.meta.dirname })
    .trim()
    .split(' ')
    .map(Number)

test('the client does not load the schemas library', () => {
  const [ofClient = -1, all = 0] = loadedBy('@millrace/api')
  expect(ofClient).toBe(0)
  expect(all).toBeGreaterThan(5)
  expect(loadedBy('@millrace/api/schemas')[0]).toBeGreaterThan(0)
})
