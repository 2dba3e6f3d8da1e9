import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Sink, Source } from '@millrace/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { counting } from './plans.ts'
import { Served } from './served.ts'

/** Sources and sinks whose systems are not there. */

const served = new Served()
/** Takes connections and ends them. */
const nobody: Server = createServer((socket) => socket.destroy())
let port = 0

function file(name: string, content: unknown): string {
  const path = served.file(name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const rabbitmq = (queue = 'alarms') => ({ rabbitmq: { host: '127.0.0.1', port, user: 'acme', password: 'rabbit-secret', queue } })
const postgresql = (table = 'alerts') => ({ postgresql: { host: '127.0.0.1', port, database: 'acme', user: 'acme', table } })

beforeAll(async () => {
  await served.open({ outgoingAllow: '127.0.0.1' })
  const { address, operatorKey } = served.platform
  const operator = { MILLRACE_URL: address, MILLRACE_KEY: operatorKey ?? '' }
  await served.ok('tenants create acme', operator)
  const key = (await served.ok('keys create --tenant acme --scope admin', operator)).out.trim()
  await served.ok(`login ${address}`, { MILLRACE_KEY: key })
  await served.ok(`deploy ${file('counting.json', counting)}`)
  nobody.listen(0, '127.0.0.1')
  await once(nobody, 'listening')
  port = (nobody.address() as { port: number }).port
})
afterAll(async () => {
  await served.end()
  nobody.close()
})

/** What `line` answers once it says why it fails. */
async function failing<Shown extends Source | Sink>(line: string): Promise<Shown> {
  for (;;) {
    const shown = (await served.json(line)) as Shown
    if (shown.failing !== null) return shown
    await pause(20)
  }
}

test('a source that cannot connect shows why, rests, goes on with other settings and is ended', async () => {
  const made = await served.ok(`sources create gates readings ${file('rabbitmq.json', rabbitmq())}`)
  expect(made.err).toBe('Made the source gates: records of readings, from rabbitmq.\n')
  expect(await failing('sources show gates')).toMatchObject({ stream: 'readings', system: 'rabbitmq', failing: { tries: expect.any(Number) } })
  expect((await served.ok('sources list')).out).toMatch(/gates +readings +rabbitmq +127\.0\.0\.1\/alarms +0 +0 +0 +- +[1-9]\d* tries: \S/)
  expect((await served.ok('sources show gates')).out).not.toMatch(/rabbit-secret|undefined|\[object/)
  expect(await served.json('sources pause gates')).toMatchObject({ paused: true, failing: null })
  expect((await served.ok('sources list')).out).toMatch(/rests\n/)
  expect(await served.json(`sources change gates ${file('rabbitmq.json', rabbitmq('others'))}`)).toMatchObject({ paused: true, settings: { queue: 'others' } })
  expect(await served.json('sources resume gates')).toMatchObject({ paused: false })
  expect(await served.json('sources delete gates --yes')).toEqual({ deleted: 'gates' })
  expect(await served.json('sources list')).toEqual({ items: [] })
}, 20_000)

test('a sink that cannot connect shows why, rests, goes on with other settings and is ended', async () => {
  const made = await served.ok(`sinks create store apps/counting/alerts ${file('postgresql.json', postgresql())} --from begin`)
  expect(made.err).toBe('Made the sink store: counting/alerts, to postgresql.\n')
  expect(await failing('sinks show store')).toMatchObject({ of: { app: 'counting', output: 'alerts' }, system: 'postgresql', rows: 0, refused: 0 })
  expect((await served.ok('sinks list')).out).toMatch(/store +counting\/alerts +postgresql +127\.0\.0\.1\/acme\/alerts +0 +0 +[1-9]\d* tries: \S/)
  expect((await served.ok('sinks show store')).out).toMatch(/settings +\{"host":"127\.0\.0\.1"/)
  expect((await served.ok('sinks dead-letters store')).err).toBe('There are no rows.\n')
  expect(await served.json('sinks pause store')).toMatchObject({ paused: true, failing: null })
  expect(await served.json(`sinks change store ${file('postgresql.json', postgresql('others'))}`)).toMatchObject({
    paused: true,
    settings: { table: 'others' },
  })
  expect((await served.ok('sinks resume store')).err).toBe('The sink store goes on.\n')
  expect(await served.json('sinks delete store --yes')).toEqual({ deleted: 'store' })
  expect((await served.ok('sinks list')).err).toBe('There are no sinks.\n')
}, 20_000)

test.each([
  ['streams/readings', { stream: 'readings' }],
  ['streams/readings/dead-letters', { deadLetters: 'readings' }],
])('a sink brings %s', async (what, of) => {
  expect(await served.json(`sinks create raw ${what} ${file('postgresql.json', postgresql())}`)).toMatchObject({ of })
  await served.ok('sinks delete raw --yes')
})

describe('a password of a file of its own', () => {
  const kafka = { brokers: ['127.0.0.1:1'], topic: 'alarms' }
  const { password: _, ...open } = { ...rabbitmq().rabbitmq }

  test('is part of the settings, and is not shown', async () => {
    const password = file('password.txt', 'own-secret\n')
    const made = await served.ok(`sources create own readings ${file('open.json', { rabbitmq: { ...open, port } })} --password-file ${password} --json`)
    expect(made.out).toContain('"queue": "alarms"')
    expect(made.out + made.err).not.toContain('own-secret')
    await served.ok('sources delete own --yes')
  })

  test('of Kafka is one of the login', async () => {
    const password = file('password.txt', 'own-secret')
    const settings = { kafka: { ...kafka, sasl: { mechanism: 'plain', user: 'acme' } } }
    await served.ok(`sources create own readings ${file('kafka.json', settings)} --password-file ${password}`)
    await served.ok('sources delete own --yes')
    const without = await served.run(['sources', 'create', 'own', 'readings', file('kafka.json', { kafka }), '--password-file', password])
    expect(without).toMatchObject({ code: 1, err: expect.stringContaining('kafka.sasl: ') })
    expect(without.err).not.toContain('own-secret')
  })

  test('cannot come from standard input with the settings', async () => {
    const ran = await served.run('sources create own readings - --password-file -'.split(' '))
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('[CLI_INPUT_STDIN]') })
  })
})

describe('from standard input', () => {
  async function typed(args: readonly string[], input: string): Promise<number> {
    const command = join(import.meta.dirname, '../bin/millrace.js')
    const child = spawn(process.execPath, [command, ...args], { env: { ...process.env, ...served.environment }, stdio: ['pipe', 'ignore', 'ignore'] })
    child.stdin.end(input)
    const [code] = await once(child, 'exit')
    return code as number
  }

  test('settings are read', async () => {
    expect(await typed(['sources', 'create', 'piped', 'readings', '-'], JSON.stringify(rabbitmq('piped')))).toBe(0)
    expect(await served.json('sources show piped')).toMatchObject({ settings: { queue: 'piped' } })
    await served.ok('sources delete piped --yes')
  }, 20_000)

  test('a password is read', async () => {
    expect(await typed(['sinks', 'create', 'piped', 'counting/alerts', file('postgresql.json', postgresql()), '--password-file', '-'], 'own-secret\n')).toBe(0)
    await served.ok('sinks delete piped --yes')
  }, 20_000)
})

describe('what is refused', () => {
  test.each([
    ['{\n  "rabbitmq": {"host": "h", "password": "my-secret" "queue": "q"}\n}', 'from line 2, column 53 on'],
    ['{"kafak": {}}', 'Did you mean "kafka"?'],
    ['{"rabbitmq": {}, "kafka": {}}', 'names rabbitmq, kafka'],
    ['{"postgresql": {}}', 'one of rabbitmq, kafka'],
    ['{"kafka": 7}', '[CLI_SETTINGS_SYSTEM]'],
    ['{}', 'names nothing'],
    ['[]', 'names nothing'],
    ['{"kafka": {"brokers": ["h"], "topic": "t"}}', 'kafka.brokers.0: '],
    ['{"rabbitmq": {"host": "h", "queu": "q"}}', 'rabbitmq.queu: '],
  ])('a file of settings that is wrong, with its place: %s', async (content, told) => {
    const ran = await served.run(['sources', 'create', 'wrong', 'readings', file('wrong.json', content)])
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining(told) })
    expect(ran.err).not.toContain('my-secret')
  })

  test('a file that is not there', async () => {
    const ran = await served.run(['sources', 'create', 'wrong', 'readings', served.file('none.json')])
    expect(ran).toMatchObject({ code: 3, err: expect.stringContaining('[CLI_INPUT_UNREADABLE]') })
  })

  test('what goes out and is not there, or is nothing that goes out', async () => {
    const settings = file('postgresql.json', postgresql())
    expect(await served.run(['sinks', 'create', 'wrong', 'counting', settings])).toMatchObject({ code: 2, err: expect.stringContaining('[CLI_OPTION_VALUE]') })
    expect(await served.run(['sinks', 'create', 'wrong', 'countin/alerts', settings])).toMatchObject({
      code: 1,
      err: expect.stringContaining('Did you mean "counting"?'),
    })
  })

  test('a name that nobody has: the nearest one is told', async () => {
    await served.ok(`sources create gates readings ${file('rabbitmq.json', rabbitmq())}`)
    await served.ok(`sinks create store counting/alerts ${file('postgresql.json', postgresql())}`)
    expect((await served.run(['sources', 'pause', 'gate'])).err).toContain('Did you mean "gates"?')
    expect((await served.run(['sinks', 'show', 'stor'])).err).toContain('Did you mean "store"?')
    const again = await served.run(['sources', 'create', 'gates', 'readings', file('rabbitmq.json', rabbitmq())])
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('[SOURCE_EXISTS]') })
    for (const line of ['sources delete gates', 'sinks delete store'])
      expect(await served.run(line.split(' '))).toMatchObject({ code: 2, err: expect.stringContaining('[CLI_CONFIRM]') })
  })
})
