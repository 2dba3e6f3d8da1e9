import { afterAll, beforeAll, expect, it } from 'vitest'
import { World } from './world.ts'

const world = new World()
beforeAll(() => world.open({ workers: 0 }))
afterAll(() => world.end())

interface Schema {
  readonly type?: string
  readonly maximum?: number
  readonly [member: string]: unknown
}

/** Paths of whole numbers within a schema that may be larger than is exact. Plans, declared by reference, and the params of apps are checked apart. */
function boundless(schema: unknown, path: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { type, maximum } = schema as Schema
  const own = type === 'integer' && !(maximum !== undefined && maximum <= Number.MAX_SAFE_INTEGER) ? [path] : []
  return [...own, ...Object.entries(schema).flatMap(([name, inner]) => (name === 'params' ? [] : boundless(inner, `${path}.${name}`)))]
}

it('every whole number of a request has a most that is exact', async () => {
  const { paths } = (await world.ask('GET', '/v1/openapi.json')).body as { readonly paths: Record<string, Record<string, Schema>> }
  const found = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody, parameters }]) => boundless([requestBody, parameters], `${method} ${path}`)),
  )
  expect(found).toEqual([])
})

it('one that is larger is refused, and nothing of it is kept', async () => {
  const key = await world.tenant('acme')
  const silence = { untilMs: 2 ** 53 }
  expect((await world.ask('POST', '/v1/silences', { key, body: silence })).status).toBe(400)
  expect((await world.ask('POST', '/v1/keys', { key, body: { scopes: ['read'], expiresMs: 1e17 } })).status).toBe(400)
  expect((await world.ask('GET', '/v1/silences', { key })).body).toEqual({ items: [] })
})
