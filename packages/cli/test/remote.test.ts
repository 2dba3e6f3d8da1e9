import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { MillraceClient, operations } from '@millrace/api'
import { main } from '@millrace/cli'
import type { Plan } from '@millrace/plan'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { program } from '../src/program.ts'
import { capturingTerminal } from './capturing-terminal.ts'
import { CuttingProxy } from './cutting-proxy.ts'
import { counting } from './plans.ts'
import { Served } from './served.ts'

const served = new Served()
let client: MillraceClient

/** The plan under another name of its own, with a window of so long. */
function plan(sizeMs: number): string {
  const operators = counting.operators.map((one) => (one.kind === 'aggregate' ? { ...one, window: { ...one.window, sizeMs } } : one)) as Plan['operators']
  const file = served.file(`counting-${sizeMs}.json`)
  writeFileSync(file, JSON.stringify({ ...counting, operators }))
  return file
}

const readings = 'sensor,value,at\na,1,100\na,2,200\na,3,300\nb,-1,400\nb,x,500\nb,"4",1500\na,9,150\nc\n'

beforeAll(async () => {
  await served.open({ backups: served.file('backups'), folder: served.file('files'), outgoingAllow: '127.0.0.1', queryRows: 50 })
  const { address, operatorKey } = served.platform
  await served.ok(`login ${address} --profile operator`, { MILLRACE_KEY: operatorKey ?? '' })
  await served.ok('tenants create acme --quota apps=7')
  const { secret } = (await served.json('keys create --tenant acme --scope admin --label me')) as { readonly secret: string }
  await served.ok(`login ${address}`, { MILLRACE_KEY: secret })
  client = new MillraceClient({ url: address, key: secret })
  await served.ok(`deploy ${plan(1000)}`)
  await client.sendRecords('readings', readings, { format: 'csv' })
  await served.platform.ground.jobs.settle('acme', 'counting')
})
afterAll(() => served.end())

describe('profiles', () => {
  const profiles = () => served.file('config/millrace/profiles.json')

  test('only their owner reads them; the last one that was logged in to is taken', () => {
    expect(statSync(profiles()).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(profiles(), 'utf8'))).toMatchObject({ current: 'default', profiles: { operator: {}, default: {} } })
  })

  test('a profile of a flag wins over variables, those over the current one', async () => {
    const stranger = { MILLRACE_URL: served.platform.address, MILLRACE_KEY: 'mrk_none' }
    expect(await served.run(['streams', 'list'], stranger)).toMatchObject({ code: 1, err: expect.stringContaining('[KEY_REQUIRED]') })
    await served.ok('tenants list --profile operator', stranger)
    expect(await served.run(['tenants', 'list'])).toMatchObject({ code: 1, err: expect.stringContaining('[KEY_SCOPE]') })
    await served.ok('tenants list', { MILLRACE_PROFILE: 'operator' })
  })

  test.each([
    ['MILLRACE_URL', 'http://127.0.0.1:1'],
    ['MILLRACE_KEY', 'mrk_none'],
  ])('an address without a key, or a key without an address, is refused: %s', async (name, value) => {
    const half = { [name]: value }
    expect(await served.run(['streams', 'list'], half)).toMatchObject({ code: 2, err: expect.stringContaining('[CLI_TARGET_HALF]') })
    await served.ok('streams list --profile default', half)
  })

  test('with --json what was kept is told as JSON', async () => {
    expect(await served.json('login --profile operator')).toEqual({ profile: 'operator', url: served.platform.address, file: profiles() })
    expect(await served.json('login --profile default')).toMatchObject({ profile: 'default' })
  })

  test('an address of something else is refused', async () => {
    for (const url of ['ftp://127.0.0.1', 'mqtt://127.0.0.1:1883', 'http://'])
      expect(await served.run(['login', url], { MILLRACE_KEY: 'mrk_x' })).toMatchObject({ code: 2, err: expect.stringContaining('[CLI_OPTION_VALUE]') })
  })

  test.each([
    [{ MILLRACE_KEY: 'mrk_a\nb' }, 'The key'],
    [{ MILLRACE_KEY: '\nmrk_a' }, 'The key'],
    [{ MILLRACE_KEY: 'mrk_a', MILLRACE_TENANT: 'ä€' }, 'The name of the tenant'],
  ])('what cannot be sent is told, the key is not: %o', async (given, what) => {
    const ran = await served.run(['streams', 'list'], { MILLRACE_URL: served.platform.address, ...given })
    expect(ran).toMatchObject({ code: 2, err: expect.stringMatching(new RegExp(`${what} [^]*\\[HEADER_VALUE\\]`)) })
    expect(ran.err).not.toContain('mrk_a')
  })

  test('a key that the server does not take is not kept', async () => {
    expect(await served.run(['login', served.platform.address], { MILLRACE_KEY: 'mrk_wrong' })).toMatchObject({ code: 1 })
    await served.ok('streams list')
  })

  test('who never logged in is told how to', async () => {
    expect(await served.run(['status'], { XDG_CONFIG_HOME: served.file('nothing') })).toMatchObject({
      code: 2,
      err: expect.stringContaining('millrace login URL'),
    })
    expect(await served.run(['status', '--profile', 'operatr'])).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "operator"?') })
  })

  test('a server that is not there is told as such', async () => {
    const nobody = { MILLRACE_URL: 'http://127.0.0.1:1', MILLRACE_KEY: 'mrk_x' }
    expect(await served.run(['login', 'http://127.0.0.1:1'], nobody)).toMatchObject({ code: 3, err: expect.stringContaining('[UNREACHABLE]') })
  })
})

test('with --json an error is JSON, too', async () => {
  const { code, out, err } = await served.run(['apps', 'plan', 'countin', '--json'])
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(JSON.parse(err)).toMatchObject({
    error: { code: 'APP_UNKNOWN', status: 404, action: expect.stringContaining('Did you mean "counting"?'), issues: [] },
  })
  expect(JSON.parse((await served.run(['status', '--profile', 'none', '--json'])).err)).toMatchObject({ error: { code: 'CLI_PROFILE_UNKNOWN' } })
})

test.each(['status --profil x --json', 'apps roll-back counting x --json', 'apps plan --json', 'stauts --json'])(
  'with --json a wrong command line is told as JSON: %s',
  async (line) => {
    const { code, out, err } = await served.run(line.split(' '))
    expect([code, out]).toEqual([2, ''])
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'CLI_COMMAND_LINE', message: expect.stringMatching(/: (unknown|command-argument|missing)/) } })
  },
)

test('every command that asks a server can be asked as any profile and tenant, and has JSON', () => {
  const { terminal } = capturingTerminal()
  const root = program('0', { terminal, environment: {}, finish: () => {} })
  const local = ['run', 'plan', 'check', 'generate', 'serve', 'restore', 'login', 'completion', 'help']
  const leaves = root.commands.flatMap((command) =>
    (command.commands.length === 0 ? [command] : command.commands).map((leaf) => [command.name(), leaf] as const),
  )
  const lacking = leaves
    .filter(([name]) => !local.includes(name))
    .filter(([, leaf]) => ['--json', '--profile', '--tenant', '--debug'].some((option) => leaf.options.every(({ long }) => long !== option)))
  expect(lacking.map(([name, leaf]) => `${name} ${leaf.name()}`)).toEqual([])
  expect(leaves.length).toBeGreaterThan(40)
})

test.each([
  ['apps list', { items: [{ name: 'counting', version: 1, state: 'running' }] }],
  ['apps versions counting', { items: [{ version: 1, cause: 'deployed' }] }],
  ['apps history counting', { items: expect.arrayContaining([expect.objectContaining({ kind: 'started' })]) }],
  ['apps savepoints counting', { items: [] }],
  ['apps delivery counting', { items: expect.arrayContaining([expect.objectContaining({ wayIn: 'http', wayOut: 'events', guarantee: 'at-least-once' })]) }],
  ['streams list', { items: [{ name: 'readings', version: 1 }] }],
  ['streams show readings', { name: 'readings', declaration: { time: 'at' }, versions: [{ version: 1 }] }],
  ['status counting --over 1ms', { items: [{ app: 'counting', state: 'running', lag: 0, records: 6, lateRecords: 1, openAlerts: 1 }] }],
  ['alerts list', { items: [{ app: 'counting', state: 'raised', message: 'a is busy' }] }],
  ['alerts silences', { items: [] }],
  ['dead-letters totals readings', { letters: 2, replayed: 0 }],
  ['dead-letters replay readings --dry-run', { replayed: 0, unfit: 2 }],
  ['keys list', { items: [{ label: 'me', scopes: ['admin'], revokedMs: null }] }],
  ['usage', { tenant: 'acme', total: { records: 6, deadLetters: 2 } }],
  ['audit --limit 2', { items: [{ tenant: 'acme' }, {}] }],
  ['query --analyses', { items: expect.arrayContaining([expect.objectContaining({ name: expect.any(String) })]) }],
  ['tenants list --profile operator', { items: [{ name: 'acme', quotas: { apps: 7 } }] }],
  ['tenants show acme --profile operator', { name: 'acme' }],
  ['backup create --profile operator', { tenants: 1 }],
  ['backup list --profile operator', { items: [{ tenants: 1 }, { tenants: 1 }] }],
])('%s answers JSON, and people a table', async (line, wanted) => {
  expect(await served.json(line)).toMatchObject(wanted)
  const { out, err } = await served.ok(line)
  expect(out + err).not.toMatch(/undefined|\[object|NaN/)
  expect((out + err).length).toBeGreaterThan(10)
})

test('a file is sent as its stream declares it', async () => {
  const { declaration } = await client.getStream('readings')
  await client.declareStream('others', { declaration })
  writeFileSync(served.file('readings.csv.gz'), gzipSync(readings))
  expect(await served.json(`send others ${served.file('readings.csv.gz')}`)).toMatchObject({
    accepted: 6,
    rejected: 2,
    rejections: [{ record: 5 }, { record: 8 }],
  })
  const { out } = await served.ok(`send others ${served.file('readings.csv.gz')}`)
  expect(out).toMatch(/accepted +6, from sequence \d+ to \d+\nrejected +2\n/)
  expect(await served.json('streams delete others --yes')).toEqual({ deleted: 'others' })
})

test('records of which none fits are refused', async () => {
  writeFileSync(served.file('unfit.csv'), 'sensor,value,at\na,x,100\nb,y,200\n')
  const ran = await served.run(['send', 'readings', served.file('unfit.csv'), '--json'])
  expect([ran.code, JSON.parse(ran.out)]).toMatchObject([1, { accepted: 0, rejected: 2 }])
})

test('every operation has a command', () => {
  const sources = globSync('src/**/*.ts', { cwd: join(import.meta.dirname, '..') }).map((file) => readFileSync(join(import.meta.dirname, '..', file), 'utf8'))
  const asked = new Set(sources.flatMap((text) => [...text.matchAll(/client\s*\.(\w+)\(/g)].map(([, name]) => name)))
  // What watches the server, and what is shown in lists.
  const others = ['health', 'ready', 'metrics', 'cancelQuery', 'getWebhook', 'getFileSink']
  expect(Object.keys(operations).filter((name) => !asked.has(name) && !others.includes(name))).toEqual([])
})

describe('what comes out', () => {
  const rowsOf = async (line: string) =>
    (await served.ok(`${line} --json`)).out
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, unknown>)

  test('results, late records and dead letters are objects a line', async () => {
    expect(await rowsOf('results counting counts')).toMatchObject([
      { sensor: 'a', readings: 3, _revision: 0 },
      { sensor: 'b', readings: 1 },
    ])
    expect(await rowsOf('results counting alerts')).toMatchObject([{ alert: 'open', message: 'a is busy' }])
    expect(await rowsOf('late counting')).toMatchObject([{ sensor: 'a', value: 9, $lagMs: 1350 }])
    expect(await rowsOf('dead-letters list readings --limit 1')).toMatchObject([{ column: 'value', text: 'b,x,500' }])
  })

  test('pages are read up to the limit', async () => {
    expect(await rowsOf('results counting counts --limit 1')).toHaveLength(1)
    expect((await served.ok('results counting counts')).out.trimEnd().split('\n')).toHaveLength(3)
  })

  test('tail shows records, results and, without a name, the alerts of all apps', async () => {
    expect((await served.ok('tail --from begin --limit 1')).out).toMatch(/counting +critical +open +a is busy/)
    expect(await rowsOf('tail readings --from begin --limit 6')).toMatchObject([{ _from: 'readings', sensor: 'a', value: 1 }, {}, {}, {}, {}, {}])
    expect(await rowsOf('tail counting/counts --from begin --limit 1')).toMatchObject([{ _from: 'counting/counts', readings: 3 }])
    expect(await served.run(['tail', 'countin'])).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "counting"?') })
  })

  test('the history is asked in SQL', async () => {
    expect(await served.json('query --tables')).toHaveProperty('items')
    const { out } = await served.run(['query', 'SELECT 6 * $n AS answer', '--param', 'n=7'])
    expect(out.split('\n').map((line) => line.trim())).toEqual(['answer', '42', ''])
    expect((await served.run(['query', 'SELECT 1 AS a', '--format', 'csv'])).out).toBe('a\n1\n')
    const all = ['query', 'FROM range(99)']
    expect((await served.run([...all, '--rows', '3'])).err).toMatch(/^3 rows .*; there are more: a higher --rows shows them/)
    expect((await served.run(all)).err).toMatch(/^50 rows .*; there are more than the server's limits let through/)
    expect(await served.run(['query', 'SELECT 1', '--format', 'parquet'])).toMatchObject({ code: 2 })
    expect(await served.run(['query', '--analysis', 'rankin'])).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "ranking"?') })
  })
})

test('an app is deployed, changed, stopped with a savepoint, rolled back and deleted', async () => {
  expect(await served.json(`deploy ${plan(1000)}`)).toMatchObject({ version: 1, before: 1, changes: [], declared: [] })
  expect(await served.run(['deploy', plan(5000)])).toMatchObject({ code: 2, err: expect.stringContaining('[CLI_CONFIRM]') })
  const changed = await served.json(`deploy ${plan(5000)} --yes`)
  expect(changed).toMatchObject({ version: 2, state: 'running', changes: [{ path: expect.stringContaining('sizeMs'), before: '1000', after: '5000' }] })
  expect(await served.json('apps params counting --param limit=9')).toMatchObject({ version: 3, params: { limit: 9 } })
  expect(await served.json('apps params counting --param limit=default')).toMatchObject({ version: 4, params: {} })
  await served.ok('stop counting --savepoint before')
  expect(await served.json('apps savepoints counting')).toEqual({ items: ['before'] })
  expect(await served.json('apps delete-savepoint counting before')).toEqual({ deleted: 'before' })
  expect(await served.json('apps savepoints counting')).toEqual({ items: [] })
  expect(await served.json('apps roll-back counting 1 --yes')).toMatchObject({ app: { version: 5, state: 'stopped' } })
  expect(await served.json('start counting --fresh --from now')).toMatchObject({ state: 'running' })
  expect(await served.json('apps delete counting --yes')).toEqual({ deleted: 'counting' })
  expect(await served.run(['status', 'countin'])).toMatchObject({ code: 1, err: expect.stringContaining('[APP_UNKNOWN]') })
  await served.ok(`deploy ${plan(1000)}`)
  expect(await served.run(['status', 'countin'])).toMatchObject({ code: 1, err: expect.stringContaining('Did you mean "counting"?') })
})

test('what is no version is told', async () => {
  expect(await served.run(['apps', 'roll-back', 'counting', 'x'])).toMatchObject({ code: 2, err: expect.stringContaining('It takes a whole number') })
})

test('start does not forget a state that it is to go on from', async () => {
  const line = 'start counting --fresh --savepoint before'
  expect(await served.run(line.split(' '))).toMatchObject({ code: 2, err: expect.stringContaining("'--savepoint <name>'") })
})

test('an alert is acknowledged and silenced', async () => {
  await served.platform.ground.jobs.settle('acme', 'counting')
  const { items } = (await served.json('alerts list --state raised')) as { readonly items: readonly { readonly id: string }[] }
  expect(await served.json(`alerts ack counting ${items[0]?.id} --note mine`)).toMatchObject({ state: 'acknowledged', acknowledgement: { note: 'mine' } })
  const silence = (await served.json('alerts silence --app counting --key sensor=a --for 1h')) as { readonly id: string }
  expect(await served.json('alerts silences')).toMatchObject({ items: [{ id: silence.id, key: { sensor: 'a' } }] })
  expect(await served.json(`alerts unsilence ${silence.id}`)).toEqual({ deleted: silence.id })
  expect(await served.json('alerts silences')).toEqual({ items: [] })
})

test('a webhook and a file sink are made, shown and ended', async () => {
  const made = await served.json('webhooks create pager counting/alerts http://127.0.0.1:1/alerts')
  expect(made).toMatchObject({ name: 'pager', output: 'alerts', secret: expect.any(String) })
  expect(await served.json('webhooks list')).toMatchObject({ items: [{ name: 'pager', delivered: 0 }] })
  await served.ok('webhooks list')
  expect(await served.json('webhooks delete pager --yes')).toEqual({ deleted: 'pager' })
  expect(await served.json('webhooks list')).toEqual({ items: [] })
  expect(await served.json('file-sinks create hourly counting/counts --format csv --every 3600')).toMatchObject({ name: 'hourly', everySeconds: 3600 })
  expect((await served.ok('file-sinks list')).out).toMatch(/hourly +counting\/counts +csv/)
  expect(await served.json('file-sinks delete hourly --yes')).toEqual({ deleted: 'hourly' })
  expect(await served.json('file-sinks list')).toEqual({ items: [] })
})

test('keys are made, rotated and revoked; only the secret goes to standard output', async () => {
  const made = await served.ok('keys create --scope ingest --device gateway-3 --expires 1d')
  expect(made.out).toMatch(/^mrk_[0-9a-f]{16}_[\w-]{43}\n$/)
  const id = made.out.split('_')[1]
  const rotated = await served.ok(`keys rotate ${id} --grace 0s`)
  expect(rotated.out).not.toBe(made.out)
  const next = rotated.out.split('_')[1]
  expect(await served.json(`keys revoke ${next}`)).toEqual({ revoked: next })
  const { items } = (await served.json('keys list')) as { readonly items: readonly { readonly id: string; readonly revokedMs: number | null }[] }
  for (const key of [id, next]) expect(items.find((one) => one.id === key)?.revokedMs).toBeGreaterThan(0)
})

test('a tenant is changed, exported and erased', async () => {
  await served.ok('tenants create other --profile operator')
  expect(await served.json('tenants change other --quota streams=2 --quota apps=none --quota querySecondsPerHour=60 --profile operator')).toMatchObject({
    quotas: { streams: 2, apps: null, querySecondsPerHour: 60 },
  })
  expect(await served.json(`tenants export other --out ${served.file('other.tar')} --profile operator`)).toMatchObject({
    tenant: 'other',
    bytes: expect.any(Number),
  })
  expect(readFileSync(served.file('other.tar')).subarray(257, 262).toString()).toBe('ustar')
  expect(await served.run(['tenants', 'delete', 'other', '--profile', 'operator'])).toMatchObject({ code: 2 })
  expect(await served.json('tenants delete other --yes --profile operator')).toEqual({ deleted: 'other' })
  expect(await served.run(['tenants', 'show', 'acm', '--profile', 'operator'])).toMatchObject({ err: expect.stringContaining('Did you mean "acme"?') })
  expect(await served.run(['tenants', 'create', 'x', '--quota', 'app=1'])).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "apps"?') })
})

test('tail says when the server cannot be reached, and ends where nobody reads it any more', async () => {
  const proxy = new CuttingProxy(Number(new URL(served.platform.address).port))
  proxy.spare()
  const port = await proxy.open()
  const { key } = JSON.parse(readFileSync(served.file('config/millrace/profiles.json'), 'utf8')).profiles.default
  const unread = new AbortController()
  const { terminal, written } = capturingTerminal({ unread: unread.signal })
  const ended = main(['tail', 'readings', '--from', 'begin'], terminal, { ...served.environment, MILLRACE_URL: `http://127.0.0.1:${port}`, MILLRACE_KEY: key })
  await expect.poll(() => written.out).toContain('sensor=a')
  await proxy.close()
  await expect.poll(() => written.err).toContain(`The server at http://127.0.0.1:${port} cannot be reached`)
  unread.abort()
  expect(await ended).toBe(0)
}, 20_000)

test('what to do about an error is said in words of the command', async () => {
  const operator = await served.run(['status', '--profile', 'operator'])
  expect([operator.code, operator.err]).toEqual([1, expect.stringMatching(/--tenant NAME.*\n.*TENANT_MISSING/)])
  const stranger = await served.run(['status'], { MILLRACE_URL: served.platform.address, MILLRACE_KEY: 'mrk_wrong' })
  expect(stranger.err).toMatch(/millrace login URL/)
  const unknown = await served.run(['login', served.platform.address, '--profile', 'none'], { MILLRACE_KEY: 'mrk_wrong' })
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(/log in with another one/)])
  expect((await served.run(['tenants', 'list'])).err).toMatch(/--profile NAME/)
})
