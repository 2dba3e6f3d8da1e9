import { randomInt } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { AlertPage, Backup, BackupPage, DeadLetterTotals, IntakeReceipt, Problem, RecordsPage } from '@millrace/api/schemas'
import { restoreBackup, verifyBackup } from '@millrace/server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type BackupFile, listFiles } from '../src/backup/backup-manifest.ts'
import { Backups } from '../src/backup/backups.ts'
import { Changes } from '../src/backup/changes.ts'
import { earlierChecksums } from '../src/backup/earlier-checksums.ts'
import { openWithHot, sendToHot } from './alerts/hot-app.ts'
import { counts, lines, readings } from './plans.ts'
import { World } from './world.ts'

const backups = mkdtempSync(join(tmpdir(), 'millrace-backups-'))
const world = new World()
const restored = new World()
const key: Record<string, string> = {}

beforeAll(async () => {
  await world.open({ workers: 1, backups, snapshotSeconds: 1 })
  for (const tenant of ['acme', 'other']) {
    key[tenant] = await world.tenant(tenant)
    await world.ask('PUT', '/v1/streams/readings', { key: key[tenant], body: { declaration: readings } })
    await world.ask('PUT', '/v1/apps/counts', { key: key[tenant], body: { plan: counts } })
    await world.ask('POST', '/v1/apps/counts/start', { key: key[tenant] })
  }
})
afterAll(async () => {
  await world.end()
  await restored.end()
  rmSync(backups, { recursive: true, force: true })
})

/** Bodies of 50 readings, one for each eighth of a second, one body after the other; `acknowledged` of them so far. */
class Sender {
  acknowledged = 0
  private readonly tenant: string
  private ended = false
  private sent = 0

  constructor(tenant: string) {
    this.tenant = tenant
  }

  async run(): Promise<void> {
    while (!this.ended) await this.body(world)
  }

  async body(to: World): Promise<void> {
    const first = 50 * this.sent++
    const text = lines(...Array.from({ length: 50 }, (_, at) => [at % 3, (first + at) / 8] as const))
    const headers = { 'content-type': 'application/x-ndjson', 'millrace-producer': 'p', 'millrace-sequence': String(this.sent) }
    const { body } = await to.ask('POST', '/v1/streams/readings/records', { key: key[this.tenant] as string, body: text, headers })
    this.acknowledged += (body as IntakeReceipt).accepted
  }

  /** As one that never heard of what came after the backup: what is there already is absorbed. */
  async again(to: World, bodies: number): Promise<void> {
    this.sent = 0
    for (let body = 0; body < bodies; body++) await this.body(to)
  }

  end(): number {
    this.ended = true
    return this.sent
  }
}

async function all(path: string, ofKey: string): Promise<readonly Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  for (let from: number | 'begin' = 'begin'; ; ) {
    const { body } = await restored.ask('GET', `${path}?from=${from}&limit=10000`, { key: ofKey, headers: { accept: 'application/json' } })
    const { items, next } = body as RecordsPage
    if (items.length === 0) return rows
    rows.push(...items)
    from = next
  }
}

/** Windows of ten seconds that are over, by sensor, in the order of their ends. */
function windowsOf(readings: readonly Record<string, unknown>[]): readonly string[] {
  const found = new Map<string, number>()
  const time = (row: Record<string, unknown>): number => new Date(row['at'] as string | number).getTime()
  const last = Math.max(...readings.map(time))
  for (const row of readings) {
    const end = (Math.floor(time(row) / 10_000) + 1) * 10_000
    if (end <= last) found.set(`${end} ${row['sensor']}`, (found.get(`${end} ${row['sensor']}`) ?? 0) + 1)
  }
  return [...found].map(([window, count]) => `${window} ${count}`).sort()
}

it('a backup under load holds all that was acknowledged before; restored elsewhere, apps go on exactly once', async () => {
  const senders = ['acme', 'other'].map((tenant) => new Sender(tenant))
  const sending = senders.map((sender) => sender.run())
  while (senders.some(({ acknowledged }) => acknowledged < 1000)) await world.ask('GET', '/health')
  const before = senders.map(({ acknowledged }) => acknowledged)
  const { status, body } = await world.ask('POST', '/v1/backups')
  expect([status, body]).toMatchObject([201, { tenants: 2 }])
  const bodies = senders.map((sender) => sender.end())
  await Promise.all(sending)
  const { name } = body as Backup
  expect(((await world.ask('GET', '/v1/backups')).body as BackupPage).items).toEqual([body])

  rmSync(restored.data, { recursive: true })
  await restoreBackup({ backup: join(backups, name), data: restored.data })
  expect(statSync(join(restored.data, 'server.secret')).mode & 0o777).toBe(0o600)
  restored.operator = world.operator
  await restored.open({ workers: 1 })
  for (const [index, tenant] of ['acme', 'other'].entries()) {
    const own = key[tenant] as string
    const kept = await all('/v1/streams/readings/records', own)
    expect(kept.length).toBeGreaterThanOrEqual(before[index] as number)
    // What was lost is sent again, and more.
    await (senders[index] as Sender).again(restored, (bodies[index] as number) + 4)
    await restored.settled(tenant, 'counts')
    const records = await all('/v1/streams/readings/records', own)
    expect(records.length).toBe(50 * ((bodies[index] as number) + 4))
    const results = await all('/v1/apps/counts/outputs/counts/records', own)
    const shown = results.map((row) => `${new Date(row['windowEnd'] as string | number).getTime()} ${row['sensor']} ${row['count']}`)
    expect(shown.sort()).toEqual(windowsOf(records))
  }
  expect(restored.platform.ground.log.pins('acme').filter(({ name: pin }) => pin.startsWith('$backup'))).toEqual([])
})

it('a backup with one byte changed in any kind of file, or a missing one, is not restored: the file is named', async () => {
  const { log, history } = world.platform.ground
  await history.history.write('acme')
  await log.purge()
  await world.send(key['acme'] as string, 'readings', lines([1, 1e6]))
  const { name } = (await world.ask('POST', '/v1/backups')).body as Backup
  const backup = join(backups, name)
  const data = join(backups, 'new')
  const { files } = await verifyBackup(backup)
  expect(files.filter(({ crc32 }) => crc32 === null)).toEqual([])
  for (const kind of [
    /^control\.sqlite$/,
    /^server\.secret$/,
    /^log\/manifest$/,
    /^log\/journals\//,
    /^log\/segments\//,
    /^jobs\/.*\.snapshot$/,
    /^history\/.*\.parquet$/,
  ]) {
    const { path, bytes } = files.find((file) => kind.test(file.path)) as BackupFile
    await changed(join(backup, path), randomInt(bytes), async () => {
      await expect(restoreBackup({ backup, data })).rejects.toMatchObject({ code: 'BACKUP_DAMAGED', issues: [{ path }] })
    })
  }
  rmSync(join(backup, 'server.secret'))
  await expect(verifyBackup(backup)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED', issues: [{ path: 'server.secret' }] })
  expect(existsSync(data)).toBe(false)
  await expect(restoreBackup({ backup, data: world.data })).rejects.toMatchObject({ code: 'RESTORE_NOT_EMPTY' })
  await expect(restoreBackup({ backup: backups, data })).rejects.toMatchObject({ code: 'BACKUP_UNKNOWN' })
})

/** One byte is another one meanwhile, in a copy: the file itself may be a link to one of the server's. */
async function changed(file: string, at: number, meanwhile: () => Promise<void>): Promise<void> {
  const bytes = readFileSync(file)
  bytes[at] = (bytes[at] as number) ^ (1 << randomInt(8))
  renameSync(file, `${file}.whole`)
  writeFileSync(file, bytes)
  await meanwhile()
  renameSync(`${file}.whole`, file)
}

it('a file that an earlier backup has as the same one is not read again; another of its name is', async () => {
  const [earlier, later] = ['earlier', 'later'].map((name) => join(backups, name)) as [string, string]
  for (const folder of [earlier, later]) mkdirSync(folder)
  for (const file of ['same', 'other']) writeFileSync(join(earlier, file), file)
  linkSync(join(earlier, 'same'), join(later, 'same'))
  writeFileSync(join(later, 'other'), 'another')
  const files = (await listFiles(earlier, () => null)).map((file) => ({ ...file, crc32: 7 }))
  writeFileSync(join(earlier, 'backup.json'), JSON.stringify({ format: 1, files }))
  expect(await listFiles(later, await earlierChecksums(earlier, later))).toEqual([
    { path: 'other', bytes: 7, crc32: crc32('another') },
    { path: 'same', bytes: 4, crc32: 7 },
  ])
})

it('what a crash left of a backup is removed by the next one, and nothing else', async () => {
  const left = ['2026-01-02T03-04-05.678Z.unfinished', 'of-the-operator.unfinished'].map((name) => join(backups, name))
  for (const folder of left) mkdirSync(join(folder, 'log'), { recursive: true })
  expect((await world.ask('POST', '/v1/backups')).status).toBe(201)
  expect(left.map((folder) => existsSync(folder))).toEqual([false, true])
})

it('backups are listed page by page, the newest first, whatever else there is', async () => {
  const folder = join(backups, 'kept')
  const names = ['a', 'b', 'c', 'd', 'e']
  for (const name of names) {
    mkdirSync(join(folder, name), { recursive: true })
    if (name !== 'c') writeFileSync(join(folder, name, 'backup.json'), JSON.stringify({ format: 1, createdMs: 1, tookMs: 1, logMs: 1, tenants: 1, files: [] }))
  }
  const { log, control, changes } = world.platform.ground
  const kept = new Backups({ folder, data: world.data, log, control, changes })
  const page = async (after?: string) => {
    const { items, next } = await kept.list({ limit: 2, ...(after !== undefined && { after }) })
    return [items.map(({ name }) => name), next]
  }
  expect([await page(), await page('d'), await page('a')]).toEqual([
    [['e', 'd'], 'd'],
    [['b', 'a'], null],
    [[], null],
  ])
})

it('who may not, or has no folder for it, makes no backup', async () => {
  expect((await world.ask('POST', '/v1/backups', { key: key['acme'] as string })).status).toBe(403)
  const plain = new World()
  await plain.open({ workers: 0 })
  const refused = await plain.ask('POST', '/v1/backups')
  expect([refused.status, (refused.body as Problem).code]).toEqual([409, 'BACKUP_FOLDER_MISSING'])
  await plain.end()
})

it('changes and backups are never under way at once', async () => {
  const changes = new Changes()
  const order: string[] = []
  const end = await changes.begin()
  const backup = changes.frozenWhile(async () => {
    order.push('backup begins')
    await new Promise((resolve) => setImmediate(resolve))
    order.push('backup ends')
  })
  const later = changes.begin().then((done) => {
    order.push('change')
    done()
  })
  await new Promise((resolve) => setImmediate(resolve))
  order.push('first change ends')
  end()
  await Promise.all([backup, later])
  expect(order).toEqual(['first change ends', 'backup begins', 'backup ends', 'change'])
})

it('alerts and totals of dead letters in a backup are never ahead of its log', async () => {
  const [server, again] = [new World(), new World()]
  const own = await openWithHot(server, { workers: 0, backups })
  const alertsOf = async (of: World) =>
    ((await of.ask('GET', '/v1/alerts', { key: own })).body as AlertPage).items.map(({ key: { sensor }, state }) => [sensor, state])
  const lettersOf = async (of: World) => ((await of.ask('GET', '/v1/streams/readings/dead-letters/totals', { key: own })).body as DeadLetterTotals).letters
  server.platform.ground.backups.around(async (_folder, copyLog) => {
    await copyLog()
    await sendToHot(server, own, [
      [3, 'a', 1, 200],
      [4, 'a', 12, 0],
    ])
    await server.send(own, 'readings', 'bad\nbad\n')
    expect([await alertsOf(server), await lettersOf(server)]).toEqual([[[3, 'raised']], 2])
  })
  const { name } = (await server.ask('POST', '/v1/backups')).body as Backup
  rmSync(again.data, { recursive: true })
  await restoreBackup({ backup: join(backups, name), data: again.data })
  again.operator = server.operator
  await again.open({ workers: 0 })
  expect([await alertsOf(again), await lettersOf(again)]).toEqual([[], 0])
  await sendToHot(again, own, [
    [7, 'a', 1, 200],
    [8, 'a', 12, 0],
  ])
  await again.send(own, 'readings', 'bad\n')
  expect([await alertsOf(again), await lettersOf(again)]).toEqual([[[7, 'raised']], 1])
  await server.end()
  await again.end()
})
