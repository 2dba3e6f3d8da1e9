import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MillraceClient } from '@millrace/api'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPlatform, type Platform } from '../../src/platform.ts'
import { readSettings } from '../../src/settings/read-settings.ts'
import { readings } from '../plans.ts'
import { readExposition } from './exposition.ts'
import { labelsOf } from './metrics-page.ts'

const metricsToken = 'a token of sixteen or more'.replaceAll(' ', '-')
let folder: string
let platform: Platform | null = null

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-metrics-'))
})
afterEach(async () => {
  await platform?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(token: string | null): Promise<{ readonly url: string; readonly operator: string; readonly admin: string }> {
  const flags = { data: folder, port: 0, workers: 0, logLevel: 'silent', durability: 'os', ...(token === null ? {} : { metricsToken: token }) }
  platform = await openPlatform(readSettings({ file: null, environment: {}, flags }))
  const operator = platform.operatorKey ?? ''
  const client = new MillraceClient({ url: platform.address, key: operator })
  await client.createTenant({ name: 'acme' })
  const admin = await client.createKey({ tenant: 'acme', scopes: ['admin'] })
  return { url: platform.address, operator, admin: admin.secret }
}

const ask = (url: string, key: string | null) => fetch(`${url}/metrics`, { headers: key === null ? {} : { authorization: `Bearer ${key}` } })

test('the operator and the token read the figures, a tenant does not', async () => {
  const { url, operator, admin } = await open(metricsToken)
  for (const key of [operator, metricsToken]) {
    const answer = await ask(url, key)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(readExposition(await answer.text()).get('millrace_apps')?.samples).toHaveLength(5)
  }
  for (const key of [admin, null, `${metricsToken}x`]) expect((await ask(url, key)).status).toBe(401)
})

test('the token gives nothing else', async () => {
  const { url } = await open(metricsToken)
  await expect(new MillraceClient({ url, key: metricsToken }).listTenants()).rejects.toMatchObject({ status: 401, code: 'KEY_REQUIRED' })
})

test('without a token only the operator reads the figures', async () => {
  const { url, operator, admin } = await open(null)
  expect((await ask(url, operator)).status).toBe(200)
  expect((await ask(url, admin)).status).toBe(403)
  expect((await ask(url, null)).status).toBe(401)
})

test('records that come over HTTP are counted', async () => {
  const { url, operator, admin } = await open(null)
  const client = new MillraceClient({ url, key: admin })
  await client.declareStream('readings', { declaration: readings })
  await client.sendRecords('readings', '{"sensor":1,"at":1,"value":2}\n{"sensor":1}\n')
  const families = readExposition(await new MillraceClient({ url, key: operator }).metrics())
  const sample = (name: string) => families.get(name)?.samples
  const labels = { tenant: 'acme', stream: 'readings' }
  expect(sample('millrace_intake_records_total')).toMatchObject([{ labels, value: 1 }])
  expect(sample('millrace_intake_rejected_records_total')).toMatchObject([{ labels, value: 1 }])
  expect(sample('millrace_log_records')).toMatchObject([
    { labels, value: 1 },
    { labels: { stream: 'readings/dead' }, value: 1 },
  ])
})

test('why records were rejected, and which came out of order, is counted whichever way they came', async () => {
  const { url, operator, admin } = await open(null)
  const client = new MillraceClient({ url, key: admin })
  await client.declareStream('readings', { declaration: readings })
  const body = '{"sensor":1,"at":5,"value":2}\n{"sensor":1,"at":3,"value":2}\n{"sensor":1,"at":7,"value":2}\n{"sensor":1,"at":6,"value":1}\n'
  await client.sendRecords('readings', `${body}{"sensor":1\n{"sensor":"\\"code\\":\\"TIME_TOO_FAR_AHEAD\\"","at":1,"value":2}\n{"at":1,"value":2}\n`)
  await client.sendRecords('readings', '{"sensor":1,"at":6,"value":1}\n{"sensor":1,"at":99999999999999,"value":2}\nno JSON\n')
  const families = readExposition(await new MillraceClient({ url, key: operator }).metrics())
  const counted = (name: string) => families.get(`millrace_intake_${name}_total`)?.samples.map(({ value }) => value)
  expect([counted('deserialization_errors'), counted('conversion_errors'), counted('early_records')]).toEqual([[2], [2], [1]])
  expect(counted('rejected_records')).toEqual([5])
  expect(counted('records')).toEqual([5])
  expect(counted('out_of_order_records')).toEqual([3])
  for (const { name, samples } of [...families.values()].filter(({ name }) => name.startsWith('millrace_')))
    for (const { labels } of samples)
      expect(
        Object.keys(labels)
          .filter((label) => label !== 'le')
          .join(', '),
        name,
      ).toBe(labelsOf(name))
})

test('damage that the log found when it was opened is counted, and other events are there with 0', async () => {
  const { admin } = await open(metricsToken)
  const client = new MillraceClient({ url: platform?.address ?? '', key: admin })
  await client.declareStream('readings', { declaration: readings })
  await client.sendRecords('readings', '{"sensor":1,"at":1,"value":2}\n')
  await platform?.close()
  const journals = join(folder, 'log', 'journals')
  for (const name of readdirSync(journals)) {
    const bytes = readFileSync(join(journals, name))
    // More than the zeros between two contents.
    bytes.fill(0xa5, bytes.length >> 1, (bytes.length >> 1) + 16)
    writeFileSync(join(journals, name), bytes)
  }
  const flags = { data: folder, port: 0, workers: 0, logLevel: 'silent', durability: 'os', metricsToken }
  platform = await openPlatform(readSettings({ file: null, environment: {}, flags }))
  const families = readExposition(await (await ask(platform.address, metricsToken)).text())
  const events = families.get('millrace_log_events_total')?.samples ?? []
  expect(events.find(({ labels }) => labels['kind'] === 'damage')?.value).toBeGreaterThan(0)
  expect(events.filter(({ labels }) => labels['kind'] !== 'damage').map(({ value }) => value)).toEqual([0, 0, 0, 0, 0, 0])
})
