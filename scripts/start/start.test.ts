import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'millrace-start-'))
const script = join(import.meta.dirname, '..', 'start.ts')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly text: string
  readonly code: number | null
}

/** Runs `npm start` on ports that are taken, until it ends or, at the first text of that kind, by Ctrl-C. */
async function started(port: number, args: readonly string[], until: RegExp | null): Promise<Ended> {
  const env = { ...process.env, XDG_CONFIG_HOME: join(folder, 'config') }
  const child = spawn(process.execPath, [script, '--data', join(folder, 'data'), '--port', String(port), '--mqtt-port', String(port), ...args], { env })
  let text = ''
  let waiting = until
  const read = (bytes: Buffer): void => {
    text += bytes
    if (waiting === null || !waiting.test(text)) return
    waiting = null
    child.kill('SIGINT')
  }
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  return { code: await new Promise((resolve) => child.on('close', resolve)), text }
}

test('alerts come within seconds, Ctrl-C ends it well, and the next start goes on behind every record', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as AddressInfo

  const first = await started(port, [], /\((\d+ ms|\d+\.\d s)\)\n/)
  expect(first.code, first.text).toBe(0)
  expect(first.text).toContain(`Port ${port} is taken: HTTP is at `)
  expect(first.text).toMatch(/ (bts|air) +[\w-]+ +(critical|warning) +open +\S/)
  const [, bts = '0', air = '0'] = /Stopped\. bts (\d+) records, air (\d+) records; [1-9]\d* alerts?, latency p50/.exec(first.text) ?? []
  expect(Number(bts)).toBeGreaterThan(0)
  expect(Number(air)).toBeGreaterThan(0)

  const second = await started(port, ['--seconds', '0.5'], null)
  taken.close()
  expect(second.code, second.text).toBe(0)
  expect(second.text).toMatch(new RegExp(`bts +goes on after ${bts} records`))
  expect(second.text).toMatch(new RegExp(`air +goes on after ${air} records`))
  expect(second.text).not.toContain('"level"')

  const profiles = join(folder, 'config', 'millrace', 'profiles.json')
  expect(statSync(profiles).mode & 0o777).toBe(0o600)
  expect(JSON.parse(readFileSync(profiles, 'utf8'))).toMatchObject({ current: 'bts', profiles: { air: { key: expect.stringMatching(/^mrk_/) } } })
}, 60_000)
