import { type ClientRequest, request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { line, node } from './intake/ground.ts'
import { type Answer, World } from './world.ts'

const world = new World()
let admin = ''
beforeAll(async () => {
  admin = await world.openWithTenant()
})
afterAll(() => world.end())

const declare = (declaration: object): Promise<Answer> => world.ask('PUT', '/v1/streams/readings', { key: admin, body: { declaration } })
const wider = (type: object) => ({ ...node, schema: { columns: [...node.schema.columns, { name: 'more', type, optional: true }] } })
const rows = (): number => world.platform.ground.log.stream('acme', 'readings')?.rows ?? 0

/** A body that goes on. */
class Upload {
  readonly answer: Promise<{ readonly status: number; readonly body: { readonly [name: string]: unknown } }>
  readonly #request: ClientRequest

  constructor(key: string) {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' }
    const sent = request(`${world.platform.address}/v1/streams/readings/records`, { method: 'POST', headers, agent: false })
    this.#request = sent
    this.answer = new Promise((resolve, reject) => {
      sent.on('error', reject)
      sent.on('response', async (response) => {
        const pieces = await response.toArray()
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(pieces).toString()) })
      })
    })
    this.answer.catch(() => {})
  }

  /** Resolves once the record is durable. */
  async send(text: string): Promise<void> {
    const before = rows()
    this.#request.write(text)
    await expect.poll(rows).toBeGreaterThan(before)
  }

  end(text = ''): Upload['answer'] {
    this.#request.end(text)
    return this.answer
  }
}

it('an upload ends with its stream, and nothing of it comes to another one of that name', async () => {
  await declare(node)
  const upload = new Upload(admin)
  await upload.send(line(1))
  expect((await world.ask('DELETE', '/v1/streams/readings', { key: admin })).status).toBe(204)
  await declare(wider({ kind: 'bool' }))
  expect(await upload.end(line(2))).toMatchObject({ status: 404, body: { code: 'STREAM_UNKNOWN' } })
  expect(rows()).toBe(0)
})

it('an upload ends with its key', async () => {
  await declare(node)
  const key = await world.key('acme', ['ingest'])
  const upload = new Upload(key.secret)
  await upload.send(line(1))
  expect((await world.ask('DELETE', `/v1/keys/${key.id}`, { key: admin })).status).toBe(204)
  await expect(upload.answer).rejects.toMatchObject({ code: 'ECONNRESET' })
})

it('an upload goes on under the version of the schema that it began with', async () => {
  await declare(node)
  const upload = new Upload(admin)
  await upload.send(line(1))
  expect((await declare(wider({ kind: 'string' }))).status).toBe(200)
  expect(await upload.end(line(2))).toMatchObject({ status: 200, body: { accepted: 2 } })
})
