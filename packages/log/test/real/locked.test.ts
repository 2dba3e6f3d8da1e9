import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openLog } from '@millrace/log'
import { afterAll, describe, expect, it } from 'vitest'
import { refusal } from './told.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-locked-'))
const directory = join(folder, 'log')
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

async function holder(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./holder.ts', import.meta.url)), directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  await once(child.stdout!, 'data')
  return child
}

describe('the folder of a log', () => {
  it('is refused while another process has it, and free again once that one is gone, however it went', async () => {
    const child = await holder()
    await expect(openLog({ directory })).rejects.toMatchObject({ code: 'LOG_LOCKED', message: expect.stringContaining(String(child.pid)) })
    child.kill('SIGKILL')
    await once(child, 'close')
    await (await openLog({ directory })).close()
  })

  it('is refused while this process has it open', async () => {
    const log = await openLog({ directory })
    expect(await refusal(openLog({ directory }))).toBe('LOG_LOCKED')
    await log.close()
    await (await openLog({ directory })).close()
  })
})
