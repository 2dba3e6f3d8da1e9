import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Served } from './served.ts'

/** The commands of docs/cli.md that ask a server, one after the other, as they stand there. */

const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')
const part = page.slice(page.indexOf('## Whom commands ask'), page.indexOf('## Exit codes'))
const commands = [...part.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) => block.trimEnd().split('\n'))

const served = new Served()
const keys = { acme: '', operator: '' }

beforeAll(async () => {
  await served.open()
  const { address, operatorKey } = served.platform
  keys.operator = operatorKey ?? ''
  const environment = { MILLRACE_URL: address, MILLRACE_KEY: keys.operator }
  await served.ok('tenants create acme', environment)
  keys.acme = (await served.ok('keys create --tenant acme --scope admin', environment)).out.trim()
})
afterAll(() => served.end())

/** Words of a line as a shell parts them, single quotes included. */
const wordsOf = (line: string): readonly string[] => [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word)

test.each(commands)('%s', async (line) => {
  const [name, ...words] = wordsOf(line.replace('http://localhost:8080', served.platform.address))
  expect(name).toBe('millrace')
  const key = words.includes('operator') ? keys.operator : keys.acme
  const ran = await served.run(words, words[0] === 'login' ? { MILLRACE_KEY: key } : {})
  expect(ran, ran.err).toMatchObject({ code: 0 })
})

test('there are commands on the page', () => expect(commands.length).toBeGreaterThan(30))
