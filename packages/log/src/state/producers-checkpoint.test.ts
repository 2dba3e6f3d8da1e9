import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type LogState, newState, tenantOf } from './log-state.ts'
import type { Accepted } from './producer.ts'
import { encodeProducers, restoreProducers } from './producers-checkpoint.ts'

const accepted = fc.record({
  sequence: fc.maxSafeNat(),
  first: fc.integer({ min: 1, max: 2 ** 52 }),
  ingestionMs: fc.integer({ min: -8.64e15, max: 8.64e15 }),
  rows: fc.array(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 3 }),
})
const name = fc.string({ unit: 'binary', maxLength: 128 })
const producers = fc.dictionary(name, fc.dictionary(name, fc.array(accepted, { minLength: 1, maxLength: 300 }), { maxKeys: 5 }), { maxKeys: 4 })

function stateOf(tenants: Readonly<Record<string, Readonly<Record<string, readonly Accepted[]>>>>): LogState {
  const state = newState(new Uint8Array(8), 0)
  for (const [tenant, byId] of Object.entries(tenants)) {
    for (const [id, all] of Object.entries(byId)) for (const one of all) tenantOf(state, tenant).producers.accept(id, one)
  }
  return state
}

/** By tenant, those that were quiet for longest first: id, floor, what was accepted. */
function known(state: LogState): unknown {
  const all = [...state.tenants.values()].map(({ name, producers }) => ({
    name,
    producers: [...producers.entries()].map(([id, producer]) => [id, producer.floor, Array.from({ length: producer.count }, (_, place) => producer.at(place))]),
  }))
  return all.filter(({ producers }) => producers.length > 0)
}

it('a checkpoint holds all producers as they are, and none where there are none', async () => {
  await fc.assert(
    fc.asyncProperty(producers, async (tenants) => {
      const state = stateOf(tenants)
      const content = await encodeProducers(state)
      const restored = newState(new Uint8Array(8), 0)
      if (content === null) expect(known(state)).toEqual([])
      else expect(restoreProducers(restored, Buffer.concat(content))).toEqual({ whole: true })
      expect(known(restored)).toEqual(known(state))
    }),
    { numRuns: 50 },
  )
})

it('what was erased is not restored, whenever the checkpoint was written', async () => {
  const state = stateOf({ t: { p: [1, 2, 3].map((sequence) => ({ sequence, first: sequence * 10, ingestionMs: 0, rows: [1] })) } })
  const content = Buffer.concat((await encodeProducers(state)) ?? [])
  const restored = newState(new Uint8Array(8), 0)
  tenantOf(restored, 't').producersFrom = 20
  restoreProducers(restored, content)
  expect([1, 2, 3].map((sequence) => tenantOf(restored, 't').producers.find('p', sequence))).toMatchObject([null, { first: 20 }, { first: 30 }])
  const erased = newState(new Uint8Array(8), 0)
  tenantOf(erased, 't').producersFrom = 31
  restoreProducers(erased, content)
  expect(tenantOf(erased, 't').producers.highest('p')).toBeNull()
})

it('while that of many producers is written others have their turn, and what they append does no harm', async () => {
  const one = (sequence: number) => ({ sequence, first: sequence + 1, ingestionMs: 0, rows: [1] })
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, id) => [`p${id}`, Array.from({ length: 128 }, (_, sequence) => one(sequence))]))
  const state = stateOf({ t: many })
  let turns = 0
  let done = false
  const writing = encodeProducers(state).finally(() => {
    done = true
  })
  for (; !done; turns++) {
    tenantOf(state, 't').producers.accept(`p${turns}`, one(200))
    await turn()
  }
  expect(turns).toBeGreaterThan(10)
  const restored = newState(new Uint8Array(8), 0)
  expect(restoreProducers(restored, Buffer.concat((await writing) ?? []))).toEqual({ whole: true })
  // Journals that are left are read over it.
  for (let id = 0; id < turns; id++) tenantOf(restored, 't').producers.accept(`p${id}`, one(200))
  expect(new Map(tenantOf(restored, 't').producers.entries())).toEqual(new Map(tenantOf(state, 't').producers.entries()))
})
