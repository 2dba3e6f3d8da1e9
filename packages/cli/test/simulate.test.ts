import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { MillraceClient } from '@millrace/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Report } from '../src/simulate/report.ts'
import { CuttingProxy } from './cutting-proxy.ts'
import { Served } from './served.ts'

const served = new Served()
let urls: Readonly<Record<'mqtt' | 'tcp', string>>
let client: MillraceClient

async function freePorts(): Promise<readonly [number, number]> {
  const servers = [createServer(), createServer()]
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports as [number, number]
}

beforeAll(async () => {
  const [mqttPort, tcpPort] = await freePorts()
  urls = { mqtt: `mqtt://127.0.0.1:${mqttPort}`, tcp: `tcp://127.0.0.1:${tcpPort}` }
  await served.open({ mqttPort, tcpPort })
  const { address, operatorKey } = served.platform
  await served.ok(`login ${address} --profile operator`, { MILLRACE_KEY: operatorKey ?? '' })
  await served.ok('tenants create acme')
  const key = (await served.ok('keys create --tenant acme --scope admin')).out.trim()
  await served.ok(`login ${address}`, { MILLRACE_KEY: key })
  client = new MillraceClient({ url: address, key })
  await served.ok(`deploy ${join(import.meta.dirname, 'fixtures', 'active.ts')}`)
})
afterAll(() => served.end())

const simulated = async (line: string): Promise<Report> => (await served.json(`simulate alarms ${line}`)) as Report
/** Records and dead letters that the stream was ever sent. */
const sent = async (): Promise<number> => {
  await served.platform.ground.jobs.settle('acme', 'active')
  const { figures } = await client.appFigures('active')
  return (figures?.records['alarms'] ?? 0) + (await client.deadLetterTotals('alarms')).letters
}

test('every way brings every record, and the latency of the alerts that they cause is measured', async () => {
  for (const [way, more] of [
    ['http', '--batch 7'],
    ['mqtt', `--url ${urls.mqtt} --senders 2`],
    ['tcp', `--url ${urls.tcp} --senders 2`],
  ] as const) {
    const before = await sent()
    const report = await simulated(`--way ${way} ${more} --records 120 --rate 400 --errors 10 --measure active/alerts`)
    expect(report, way).toMatchObject({ records: 120, acknowledged: 120 })
    expect((await sent()) - before, way).toBe(120)
    expect(report.results?.measured, way).toBeGreaterThan(0)
    expect(report.results?.latencyMs.p50, way).toBeGreaterThan(0)
    expect(report.acknowledgeMs.p99, way).toBeGreaterThan(0)
  }
})

test('over HTTP what fits and what does not is told; a rate is kept', async () => {
  const report = await simulated('--records 200 --rate 500 --errors 4 --error-types malformed')
  expect((report.accepted ?? 0) + (report.rejected ?? 0)).toBe(200)
  expect(report.rejected).toBeGreaterThan(20)
  expect(report.seconds).toBeGreaterThan(0.38)
})

test('records of which none fits are refused', async () => {
  const ran = await served.run('simulate alarms --kind air --records 20 --rate max --json'.split(' '))
  expect([ran.code, JSON.parse(ran.out)]).toMatchObject([1, { acknowledged: 20, accepted: 0 }])
})

test('a file is played as it is', async () => {
  const file = served.file('alarms.csv')
  await served.ok(`generate bts --rows 3000 --out ${file}`)
  expect(await simulated(`--file ${file} --rate max --batch 1000`)).toMatchObject({ records: 3000, accepted: 3000, rejected: 0 })
})

test.each([
  ['tcp', 'once'],
  ['mqtt', 'at least once'],
] as const)('whatever happens to connections of %s, every record is there %s', async (way, kept) => {
  const proxy = new CuttingProxy(Number(new URL(urls[way]).port))
  const url = `${way}://127.0.0.1:${await proxy.open()}`
  const before = await sent()
  const report = await simulated(`--way ${way} --url ${url} --records 240 --rate max --batch 20 --errors 20`)
  proxy.spare()
  await proxy.close()
  expect(report).toMatchObject({ records: 240, acknowledged: 240 })
  expect(proxy.cuts).toBeGreaterThan(0)
  const found = (await sent()) - before
  if (kept === 'once') expect(found).toBe(240)
  else expect(found).toBeGreaterThanOrEqual(240)
})

test.each(['http', 'tcp'] as const)('what a way over %s gives up with ends the sending and is told', async (way) => {
  const { secret, id } = (await served.json('keys create --scope admin')) as { readonly secret: string; readonly id: string }
  const before = await sent()
  const line = `simulate alarms --rate 200 --json --way ${way}${way === 'tcp' ? ` --url ${urls.tcp}` : ''}`
  const running = served.run(line.split(' '), { MILLRACE_URL: served.platform.address, MILLRACE_KEY: secret })
  await expect.poll(sent).toBeGreaterThan(before)
  await served.ok(`keys revoke ${id}`)
  const { code, out, err } = await running
  expect([code, out]).toEqual([way === 'http' ? 1 : 3, ''])
  expect(JSON.parse(err)).toMatchObject({ error: { code: way === 'http' ? 'KEY_REQUIRED' : 'CLI_TCP_REFUSED' } })
})

test.each([
  ['another port of the server', () => `--way tcp --url tcp://${new URL(served.platform.address).host}`, 'CLI_TCP_REFUSED', 3],
  ['no address', () => '--way tcp --url foo', 'CLI_OPTION_VALUE', 2],
  ['an address of something else', () => '--way mqtt --url tcp://127.0.0.1:1', 'CLI_OPTION_VALUE', 2],
  ['a file that is not there', () => `--file ${served.file('none.csv')}`, 'CLI_INPUT_UNREADABLE', 3],
  ['a packed file that is not there', () => `--file ${served.file('none.csv.gz')}`, 'CLI_INPUT_UNREADABLE', 3],
  ['a file that is not packed', () => `--file ${served.file('plain.csv.gz')}`, 'CLI_INPUT_UNREADABLE', 3],
] as readonly (readonly [string, () => string, string, number])[])('%s is told', async (_what, flags, error, code) => {
  writeFileSync(served.file('plain.csv.gz'), 'a\n1\n')
  const ran = await served.run(`simulate alarms --records 1 ${flags()} --json`.split(' '))
  expect([ran.code, ran.out]).toEqual([code, ''])
  expect(JSON.parse(ran.err)).toMatchObject({ error: { code: error } })
})

test('a way that is not there is told', async () => {
  for (const [way, code] of [
    ['mqtt', 'CLI_MQTT_REFUSED'],
    ['tcp', 'CLI_TCP_REFUSED'],
  ]) {
    const ran = await served.run(`simulate alarms --records 1 --way ${way} --url ${way}://127.0.0.1:1`.split(' '))
    expect(ran).toMatchObject({ code: 3, err: expect.stringContaining(`[${code}]`) })
  }
})
