import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MillraceClient } from '@millrace/api'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../free-port.ts'
import { World } from '../world.ts'
import { LineClient } from './line-client.ts'
import { MqttClient } from './mqtt-client.ts'
import { line, readings, sums } from './sums.ts'

const world = new World()
const folder = mkdtempSync(join(tmpdir(), 'millrace-ways-'))
const settings = { workers: 0, folder, mqttPort: 0, tcpPort: 0 }

beforeAll(async () => {
  Object.assign(settings, { mqttPort: await freePort(), tcpPort: await freePort() })
  await world.open(settings)
})
afterAll(async () => {
  await world.end()
  rmSync(folder, { recursive: true, force: true })
})

it('records that come over HTTP, MQTT, TCP and as a file count once, and their results are written to files through a restart', async () => {
  const key = await world.tenant('acme')
  let client = new MillraceClient({ url: world.platform.address, key })
  const { waysIn } = await client.declareStream('readings', { declaration: readings })
  expect(waysIn.map(({ way, guarantee }) => `${way} ${guarantee}`)).toEqual([
    'http exactly-once',
    'http exactly-once',
    'mqtt exactly-once',
    'mqtt at-most-once',
    'tcp exactly-once',
    'tcp exactly-once',
    'folder exactly-once',
  ])
  await client.deployApp('sums', { plan: sums })
  await client.startApp('sums')
  expect(await client.createFileSink('archive', { app: 'sums', output: 'sums', everySeconds: 1 })).toMatchObject({ format: 'ndjson', ended: null, files: 0 })

  await client.sendRecords('readings', line('a', 1) + line('b', 2))
  const lines = new LineClient(settings.tcpPort)
  expect(await lines.end(`${key} readings\n${line('b', 2)}${line('c', 3)}`)).toMatchObject({ accepted: 1, repeated: 1 })
  const device = new MqttClient(settings.mqttPort)
  expect(await device.login('acme', key)).toBe(0)
  expect(await device.publish(1, 'streams/readings', line('c', 3) + line('d', 4))).toBe(true)
  device.destroy()
  mkdirSync(join(folder, 'acme', 'in', 'readings'), { recursive: true })
  writeFileSync(join(folder, 'new.ndjson'), line('d', 4) + line('e', 5))
  renameSync(join(folder, 'new.ndjson'), join(folder, 'acme', 'in', 'readings', 'new.ndjson'))
  writeFileSync(join(folder, 'acme', 'in', 'readings', 'a.xlsx'), 'no records')

  await world.restart(settings)
  client = new MillraceClient({ url: world.platform.address, key })
  const receipt = join(folder, 'acme', 'done', 'readings', 'new.ndjson.receipt.json')
  await expect.poll(() => JSON.parse(readFileSync(receipt, 'utf8'))).toMatchObject({ accepted: 1, repeated: 1 })
  expect(await client.sendRecords('readings', line('a', 1) + line('z', 20))).toMatchObject({ accepted: 1, repeated: 1 })
  const refused = { action: 'takeFile', target: 'streams/readings/files/a.xlsx', result: 'FOLDER_FILE_NAME', keyId: null, address: null }
  expect((await client.listAuditEntries()).items).toContainEqual(expect.objectContaining(refused))
  const out = join(folder, 'acme', 'out', 'archive')
  const written = (): string[] => readdirSync(out).filter((name) => name.endsWith('.ndjson') && !name.startsWith('.'))
  await expect.poll(written).toHaveLength(1)
  expect(JSON.parse(readFileSync(join(out, written()[0] as string), 'utf8'))).toMatchObject({ sensor: 1, sum: 5, _revision: 0 })
  expect((await client.listFileSinks()).items).toMatchObject([{ name: 'archive', rows: 1, files: 1 }])

  await client.deleteFileSink('archive')
  expect(written()).toHaveLength(1)
  await client.createFileSink('archive', { app: 'sums', output: 'sums', from: 'begin' })
  await expect(client.getFileSink('nothing')).rejects.toMatchObject({ code: 'FILE_SINK_UNKNOWN', status: 404 })
  expect((await world.ask('DELETE', '/v1/tenants/acme')).status).toBe(204)
  expect(readdirSync(folder)).toEqual([])
}, 20_000)
