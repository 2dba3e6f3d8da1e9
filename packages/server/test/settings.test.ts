import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { MillraceError } from '@millrace/plan'
import { defaultSettings, openPlatform, readSettings } from '@millrace/server'
import { afterAll, expect, it } from 'vitest'
import { Control } from '../src/control/control.ts'
import { settingsPage } from './settings-page.ts'
import { World } from './world.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-settings-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function refusal(work: () => unknown): MillraceError {
  try {
    work()
  } catch (error) {
    if (error instanceof MillraceError) return error
  }
  throw new Error('it was not refused')
}

it('flags win over variables, these over the file, that over the defaults', () => {
  const file = join(folder, 'settings.json')
  writeFileSync(file, JSON.stringify({ port: 1, workers: 2, host: '::1' }))
  const settings = readSettings({ file, environment: { MILLRACE_PORT: '3', MILLRACE_WORKERS: '4', OTHER: 'x' }, flags: { port: 5, host: undefined } })
  expect(settings).toEqual({ ...defaultSettings, port: 5, workers: 4, host: '::1' })
})

it('everything that is wrong is told at once, with where it stands', () => {
  const environment = { MILLRACE_PORT: 'x', MILLRACE_WORKRES: '1', MILLRACE_TLS_KEY: join(folder, 'none'), MILLRACE_TLS_CERTIFICATE: join(folder, 'none') }
  const { issues } = refusal(() => readSettings({ file: null, environment, flags: { logLevel: 'loud' } }))
  expect(issues.map(({ path }) => path).sort()).toEqual(['MILLRACE_WORKRES', 'logLevel', 'port', 'tlsCertificate', 'tlsKey'])
  expect(issues.find(({ path }) => path === 'MILLRACE_WORKRES')?.message).toContain('MILLRACE_WORKERS')
})

it('addresses that are none, and backups within the data, are refused before anything is opened', () => {
  const wrongIn = (flags: object) =>
    refusal(() => readSettings({ file: null, environment: {}, flags: { data: folder, ...flags } })).issues.map(({ path }) => path)
  expect(wrongIn({ outgoingAllow: '10.0.0.0/99' })).toEqual(['outgoingAllow'])
  expect(wrongIn({ backups: join(folder, 'backups') })).toEqual(['backups'])
  expect(wrongIn({ backups: dirname(folder) })).toEqual(['backups'])
  expect(readSettings({ file: null, environment: {}, flags: { data: folder, backups: `${folder}-backups` } }).backups).toBe(`${folder}-backups`)
})

it('a file that is no settings is refused', () => {
  const file = join(folder, 'broken.json')
  writeFileSync(file, '[1]')
  expect(refusal(() => readSettings({ file, environment: {}, flags: {} })).code).toBe('SETTINGS_FILE')
})

it('docs/settings.md says what the settings are', () => {
  const page = new URL('../../../docs/settings.md', import.meta.url)
  if (process.env['UPDATE']) writeFileSync(page, settingsPage())
  expect(readFileSync(page, 'utf8'), 'UPDATE=1 writes the page anew').toBe(settingsPage())
})

it('the control database is brought forward step by step, and one of a newer version is not touched', () => {
  const file = join(folder, 'control.sqlite')
  const steps = [1, 2, 3].map((step) => ({ name: `step ${step}`, sql: `CREATE TABLE t${step} (x INTEGER) STRICT` }))
  Control.open(file, steps.slice(0, 1)).close()
  const control = Control.open(file, steps)
  expect(control.all('SELECT step, name FROM migrations').map((row) => row['name'])).toEqual(['step 1', 'step 2', 'step 3'])
  control.close()
  expect(refusal(() => Control.open(file, steps.slice(0, 2))).code).toBe('SERVER_CONTROL_NEWER')
})

it('a step that fails leaves nothing of itself', () => {
  const file = join(folder, 'half.sqlite')
  const broken = [{ name: 'broken', sql: 'CREATE TABLE whole (x INTEGER) STRICT; CREATE TABLE broken (' }]
  expect(() => Control.open(file, broken)).toThrow()
  const control = Control.open(file, [])
  expect(control.all("SELECT name FROM sqlite_schema WHERE name = 'whole'")).toEqual([])
  control.close()
})

it('a start that fails closes what it had opened: the next one succeeds', async () => {
  const world = new World()
  await world.open({ workers: 0 })
  const { port } = new URL(world.platform.address)
  const data = join(folder, 'second')
  const second = readSettings({ file: null, environment: {}, flags: { data, port: Number(port), workers: 0, logLevel: 'silent' } })
  await expect(openPlatform(second)).rejects.toMatchObject({ code: 'SERVER_LISTEN' })
  await world.end()
  const platform = await openPlatform(second)
  expect(platform.operatorKey).not.toBeNull()
  await platform.close()
})

it('without its secret the server does not start over keys that nobody could check', async () => {
  const world = new World()
  await world.open({ workers: 0 })
  await world.platform.close()
  rmSync(join(world.data, 'server.secret'))
  await expect(world.open({ workers: 0 })).rejects.toMatchObject({ code: 'SERVER_SECRET_MISSING' })
  rmSync(world.data, { recursive: true, force: true })
})
