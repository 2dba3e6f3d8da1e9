import type { Stream } from '@millrace/api/schemas'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { counts, lines, readings } from './plans.ts'
import { World } from './world.ts'

let world: World
let key = ''
beforeEach(async () => {
  world = new World()
  key = await world.openWithTenant()
  await declare('readings')
})
afterEach(() => world.end())

const declare = (stream: string) => world.ask('PUT', `/v1/streams/${stream}`, { key, body: { declaration: { ...readings } } })
const remove = () => world.ask('DELETE', '/v1/streams/readings', { key })
const isThere = () => world.platform.ground.streams.find('acme', 'readings') !== null

it('a stream whose deletion broke off is erased at the next start', async () => {
  await world.send(key, 'readings', `${lines([1, 1], [1, 2])}no record\n`)
  expect((await world.askWithoutErasing('DELETE', '/v1/streams/readings', { key })).status).toBe(500)
  await world.restart({ workers: 0 })
  expect(world.platform.ground.log.streams('acme')).toEqual([])
  expect(world.platform.ground.streams.erasing()).toEqual([])
})

it('a stream whose deletion broke off leaves nothing to one of its name', async () => {
  await world.send(key, 'readings', `${lines([1, 1], [1, 2])}no record\n`)
  expect((await world.askWithoutErasing('DELETE', '/v1/streams/readings', { key })).status).toBe(500)
  const { status, body } = await declare('readings')
  expect([status, (body as Stream).version, (body as Stream).figures.rows]).toEqual([201, 1, 0])
  expect(world.platform.ground.log.streams('acme').filter(({ rows }) => rows > 0)).toEqual([])
})

it('records that come while a stream is declared by two at once stay', async () => {
  await remove()
  const both = await Promise.all([declare('readings').then(() => world.send(key, 'readings', lines([1, 1]))), declare('readings')])
  expect(both.map(({ status }) => status)).toEqual([200, 200])
  expect(((await world.ask('GET', '/v1/streams/readings', { key })).body as Stream).figures.rows).toBe(1)
})

it('a stream that is deleted while an app is deployed that reads it is either kept or unknown to the app', async () => {
  const [gone, made] = await Promise.all([remove(), world.ask('PUT', '/v1/apps/counts', { key, body: { plan: counts } })])
  const outcome = [gone.status, made.status, isThere()]
  expect(isThere() ? [409, 201, true] : [204, 422, false]).toEqual(outcome)
})
