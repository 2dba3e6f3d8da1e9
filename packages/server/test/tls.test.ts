import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, connect } from 'node:tls'
import { connectAsync } from 'mqtt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from './free-port.ts'
import { LineClient } from './intake/line-client.ts'
import { lines, readings } from './plans.ts'
import { World } from './world.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

describe.skipIf(!hasOpenssl)('a server with a certificate (made by openssl)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-tls-'))
  const files = { tlsKey: join(folder, 'key.pem'), tlsCertificate: join(folder, 'certificate.pem') }
  const world = new World()
  let ca = ''
  let key = ''
  let mqttPort = 0
  let tcpPort = 0

  beforeAll(async () => {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', files.tlsKey, '-out', files.tlsCertificate]
    execFileSync('openssl', [...made, ...subject], { stdio: 'ignore' })
    ca = readFileSync(files.tlsCertificate, 'utf8')
    mqttPort = await freePort()
    tcpPort = await freePort()
    await world.open({ workers: 0, mqttPort, tcpPort, requestSeconds: 1, ...files })
    const { body } = await ask('POST', '/v1/tenants', world.operator, { name: 'acme' })
    expect(body).toMatchObject({ name: 'acme' })
    key = (await ask('POST', '/v1/keys', world.operator, { tenant: 'acme', scopes: ['admin'] })).body['secret'] as string
    await ask('PUT', '/v1/streams/readings', key, { declaration: readings })
  })
  afterAll(async () => {
    await world.end()
    rmSync(folder, { recursive: true, force: true })
  })

  function ask(method: string, path: string, bearer: string, body?: object): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
    const headers = { authorization: `Bearer ${bearer}`, ...(body && { 'content-type': 'application/json' }) }
    return new Promise((resolve, reject) => {
      const sent = request(`${world.platform.address}${path}`, { method, headers, ca }, async (answer) => {
        const text = Buffer.concat(await answer.toArray()).toString()
        resolve({ status: answer.statusCode ?? 0, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) })
      })
      sent.on('error', reject)
      sent.end(body === undefined ? undefined : JSON.stringify(body))
    })
  }

  /** The version that was agreed on, or why there was none. */
  const agreed = (port: number, options: ConnectionOptions): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', ca, ...options }, () => {
        resolve(String(socket.getProtocol()))
        socket.destroy()
      })
      socket.on('error', (error) => resolve(`refused: ${error.message}`))
    })

  it('serves HTTP over TLS alone, of version 1.2 or 1.3', async () => {
    expect(world.platform.address).toMatch(/^https:/)
    expect((await ask('GET', '/health', '')).status).toBe(200)
    const port = Number(new URL(world.platform.address).port)
    for (const at of [port, mqttPort, tcpPort]) {
      expect(await agreed(at, {})).toBe('TLSv1.3')
      expect(await agreed(at, { maxVersion: 'TLSv1.2' })).toBe('TLSv1.2')
      expect(await agreed(at, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).toMatch(/^refused/)
      expect(await agreed(at, { ca: [] })).toMatch(/^refused: self-signed/)
    }
    await expect(fetch(world.platform.address.replace('https', 'http'))).rejects.toThrow()
  })

  it('takes records of devices over MQTT with TLS', async () => {
    const client = await connectAsync(`mqtts://localhost:${mqttPort}`, { ca, username: 'acme', password: key, protocolVersion: 4, reconnectPeriod: 0 })
    await client.publishAsync('streams/readings', lines([1, 1], [2, 2]), { qos: 1 })
    await client.endAsync()
    const { body } = await ask('GET', '/v1/streams/readings', key)
    expect(body).toMatchObject({ figures: { rows: 2 } })
  })

  it('takes lines over TCP with TLS, and answers none that come without', async () => {
    const sender = new LineClient(tcpPort, ca)
    expect(await sender.end(`${key} readings\n${lines([3, 3])}`)).toMatchObject({ accepted: 1, end: true })
    const plain = new LineClient(tcpPort)
    plain.send(`${key} readings\n${lines([4, 4])}`)
    await plain.closed
    const { body } = await ask('GET', '/v1/streams/readings', key)
    expect(body).toMatchObject({ figures: { rows: 3 } })
  })

  it('lets go of who never finishes the handshake or the headers, and serves others meanwhile', async () => {
    const port = Number(new URL(world.platform.address).port)
    const plain = connectPlain(port, '127.0.0.1')
    plain.on('error', () => {})
    plain.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    const slow = connect({ port, host: '127.0.0.1', ca })
    slow.on('error', () => {})
    slow.write('GET /health HTTP/1.1\r\nhost: ')
    const closed = [plain, slow].map((socket) => new Promise((resolve) => socket.resume().on('close', resolve)))
    expect((await ask('GET', '/health', '')).status).toBe(200)
    await Promise.all(closed)
  })

  it('does not wait, when it ends, for who never began the handshake or asked nothing behind it', async () => {
    const another = new World()
    await another.open({ workers: 0, requestSeconds: 3600, ...files })
    const port = Number(new URL(another.platform.address).port)
    const silent = connectPlain(port, '127.0.0.1')
    const idle = connect({ port, host: '127.0.0.1', ca })
    await Promise.all([once(silent, 'connect'), once(idle, 'secureConnect')])
    // Accepted behind the silent one.
    expect(await agreed(port, {})).toBe('TLSv1.3')
    const given: string[] = []
    another.platform.ground.http.server.on('tlsClientError', ({ code }: NodeJS.ErrnoException) => given.push(String(code)))
    await another.end()
    expect(given).not.toContain('ERR_TLS_HANDSHAKE_TIMEOUT')
  })
})
