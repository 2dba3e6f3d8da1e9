import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { main } from '@millrace/cli'
import { afterAll, expect, test } from 'vitest'
import { capturingTerminal } from './capturing-terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-restore-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const backup = join(folder, 'backup')

async function restore(...args: readonly string[]) {
  const { terminal, written } = capturingTerminal()
  return { code: await main(['restore', backup, ...args], terminal, {}), ...written }
}

test('restore makes a data folder, or with --check says whether it could; a damaged file is named', async () => {
  mkdirSync(backup)
  writeFileSync(join(backup, 'server.secret'), 'secret')
  const files = [{ path: 'server.secret', bytes: 6, crc32: crc32('secret') }]
  writeFileSync(join(backup, 'backup.json'), JSON.stringify({ format: 1, createdMs: 0, tookMs: 1, logMs: 0, tenants: 2, files }))
  expect(await restore('--check')).toMatchObject({ code: 0, err: 'All is as it was: 1 files of 2 tenant(s) as of 1970-01-01T00:00:00.000Z.\n' })
  expect(JSON.parse((await restore('--check', '--json')).out)).toEqual({ data: null, createdMs: 0, tenants: 2, files: 1 })
  const data = join(folder, 'data')
  expect((await restore('--data', data)).err).toContain(`millrace serve --data ${data}`)
  expect(readdirSync(data)).toEqual(['server.secret'])
  expect((await restore()).code).toBe(2)
  expect((await restore('--check', '--data', data)).code).toBe(2)
  writeFileSync(join(backup, 'server.secret'), 'secreT')
  const { code, err } = await restore('--check')
  expect([code, err]).toEqual([1, expect.stringMatching(/server\.secret.*another content/)])
})
