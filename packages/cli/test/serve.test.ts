import { spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const command = join(import.meta.dirname, '..', 'bin', 'millrace.js')
const folder = mkdtempSync(join(tmpdir(), 'millrace-serve-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Served {
  readonly out: string
  readonly code: number | null
}

/** Serves until `work` is done with the address, then Ctrl-C, or what a supervisor of processes sends. */
async function served(work: (address: string) => Promise<void>, signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): Promise<Served> {
  const child = spawn(process.execPath, [command, 'serve', '--data', folder, '--port', '0', '--log-level', 'warn', '--workers', '0'])
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  let out = ''
  child.stdout.on('data', (bytes) => {
    out += bytes
  })
  const address = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stderr.on('data', (bytes) => {
      text += bytes
      const found = /listens on (http\S+?),/.exec(text)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.on('close', () => reject(new Error(text)))
  })
  await work(address)
  child.kill(signal)
  return { out, code: await ended }
}

test('the first start shows the key of the operator, later ones do not; Ctrl-C and SIGTERM end it well', async () => {
  const first = await served(async (address) => {
    expect((await fetch(`${address}/health`)).status).toBe(200)
  })
  expect(first.code).toBe(0)
  const key = first.out.trim()
  expect(key).toMatch(/^mrk_[0-9a-f]{16}_[\w-]{43}$/)
  const second = await served(async (address) => {
    expect((await fetch(`${address}/v1/tenants`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200)
  }, 'SIGTERM')
  expect(second).toEqual({ out: '', code: 0 })
})

test.skipIf(!existsSync('/dev/full'))('a log that cannot be written, as on a full disk, ends nothing', async () => {
  const full = openSync('/dev/full', 'w')
  const args = [command, 'serve', '--data', folder, '--port', '0', '--json', '--log-level', 'debug', '--workers', '0']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', full] })
  closeSync(full)
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const { address } = await new Promise<{ readonly address: string }>((resolve, reject) => {
    child.stdout?.once('data', (bytes) => resolve(JSON.parse(String(bytes))))
    child.once('close', () => reject(new Error('it ended')))
  })
  expect((await fetch(`${address}/health`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
})

test('whoever lost the key of the operator makes another in the data folder', async () => {
  const { status, stdout: text } = spawnSync(process.execPath, [command, 'serve', '--data', folder, '--new-operator-key', '--json'], { encoding: 'utf8' })
  expect(status).toBe(0)
  const { operatorKey } = JSON.parse(text) as { readonly operatorKey: string }
  await served(async (address) => {
    expect((await fetch(`${address}/v1/tenants`, { headers: { authorization: `Bearer ${operatorKey}` } })).status).toBe(200)
  })
})

test('--check tells everything that is wrong with the settings, and starts nothing', () => {
  const env = { ...process.env, MILLRACE_PORT: 'x', MILLRACE_HOTS: 'y' }
  const { status, stderr } = spawnSync(process.execPath, [command, 'serve', '--check'], { cwd: folder, env, encoding: 'utf8' })
  expect(status).toBe(2)
  expect(stderr).toMatch(/MILLRACE_HOTS/)
  expect(stderr).toMatch(/MILLRACE_PORT must be integer/)
  const right = spawnSync(process.execPath, [command, 'serve', '--check', '--json'], { cwd: folder, encoding: 'utf8' })
  expect([right.status, JSON.parse(right.stdout)]).toEqual([0, { settings: 'right' }])
})
