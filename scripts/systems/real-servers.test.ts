import { readdirSync, readlinkSync } from 'node:fs'
import { createConnection } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type RealServer, sharedPostgresql, startKafka, startPostgresql, startRabbitmq } from './real-servers.ts'

/** What each gets first from a client, and what its answer begins with. */
const greetings = [
  { name: 'PostgreSQL', start: startPostgresql, says: '\x00\x00\x00\x08\x04\xd2\x16\x2f', hears: 'N' },
  { name: 'RabbitMQ', start: startRabbitmq, says: 'AMQP\x00\x00\x09\x01', hears: '\x01\x00\x00' },
  // ApiVersions, version 0, with the number 7 and no name.
  { name: 'Kafka', start: startKafka, says: '\x00\x00\x00\x0a\x00\x12\x00\x00\x00\x00\x00\x07\xff\xff', hears: '\x00' },
]

describe.each(greetings)('$name', ({ start, says, hears }) => {
  let server: RealServer | null = null

  afterEach(() => server?.stop())

  it('answers when it has started, again after it was killed, and leaves no process behind', { timeout: 300_000 }, async ({ skip }) => {
    server = await start()
    if (server === null) return skip('this machine has not what it needs')
    const { port } = server
    expect(await answer(port, says, hears.length)).toBe(hears)
    await server.kill()
    await expect(answer(port, says, hears.length)).rejects.toThrow('ECONNREFUSED')
    await server.restart()
    expect(await answer(port, says, hears.length)).toBe(hears)
    await server.stop()
    await expect.poll(() => processesIn(server!.folder)).toEqual([])
    server = null
  })
})

describe('a shared server', () => {
  it('is one for all who ask', { timeout: 300_000 }, async ({ skip }) => {
    const [one, other] = await Promise.all([sharedPostgresql(), sharedPostgresql()])
    if (one === null) return skip('this machine has not what it needs')
    expect(other).toEqual(one)
    expect(await answer(one.port, greetings[0]!.says, 1)).toBe('N')
  })
})

function answer(port: number, says: string, length: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1', () => socket.write(says, 'latin1'))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('it closed the connection')))
    socket.once('data', (bytes) => {
      resolve(bytes.toString('latin1').slice(0, length))
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
