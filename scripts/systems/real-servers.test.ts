import { spawn } from 'node:child_process'
import { readdirSync, readlinkSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type RealServer, sharedPostgresql, startPostgresql } from './real-servers.ts'

/** What PostgreSQL gets first from a client, and what its answer begins with, in hexadecimal. */
const says = '00000008 04d2162f'
const hears = /^4e/

describe('a real server', () => {
  let server: RealServer | null = null

  afterEach(() => server?.stop())

  it('answers when it has started, again after it was killed, and leaves no process behind', { timeout: 300_000 }, async ({ skip }) => {
    server = await startPostgresql()
    if (server === null) return skip('this machine has not what it needs')
    const { port, folder } = server
    expect(await answer(port, says)).toMatch(hears)
    await server.kill()
    await expect(answer(port, says)).rejects.toThrow('ECONNREFUSED')
    await server.restart()
    expect(await answer(port, says)).toMatch(hears)
    await server.stop()
    await expect.poll(() => processesIn(folder)).toEqual([])
    server = null
  })
})

describe('a server', () => {
  it('ends with the process that started it, however that ends', { timeout: 300_000 }, async ({ skip }) => {
    const code = `import { startPostgresql } from '${new URL('real-servers.ts', import.meta.url)}'; console.log((await startPostgresql())?.folder)`
    const starter = spawn(process.execPath, ['--input-type=module-typescript', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
    const folder = await new Promise<string>((resolve) => starter.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString().trim())))
    if (folder === 'undefined') return skip('this machine has not what it needs')
    expect(processesIn(folder)).not.toEqual([])
    starter.kill('SIGKILL')
    await expect.poll(() => processesIn(folder)).toEqual([])
    await rm(folder, { recursive: true })
  })
})

describe('a shared server', () => {
  it('is one for all who ask', { timeout: 300_000 }, async ({ skip }) => {
    const [one, other] = await Promise.all([sharedPostgresql(), sharedPostgresql()])
    if (one === null) return skip('this machine has not what it needs')
    expect(other).toEqual(one)
    expect(await answer(one.port, says)).toMatch(hears)
  })
})

function answer(port: number, says: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1', () => socket.write(says.replaceAll(' ', ''), 'hex'))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('it closed the connection')))
    socket.once('data', (bytes) => {
      resolve(bytes.toString('hex'))
      socket.destroy()
    })
  })
}

/** All that a script starts stays in the folder of its data. */
function processesIn(folder: string): readonly string[] {
  return readdirSync('/proc').filter((id) => /^\d+$/.test(id) && placeOf(id).startsWith(folder))
}

function placeOf(id: string): string {
  try {
    return readlinkSync(`/proc/${id}/cwd`)
  } catch {
    return ''
  }
}
