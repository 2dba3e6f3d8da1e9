import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Sink } from '../../src/contract.ts'
import { openHandles, untilNoMoreThan } from './open-handles.ts'
import { anyValues } from './random-rows.ts'
import { type Columns, missingOf, pageOf, recordRow, resultRow, valuesOf } from './rows.ts'
import type { SinkWorld } from './worlds.ts'

const lost = { code: 'CONNECTOR_LOST' }
const refused = { code: 'CONNECTOR_REFUSED' }
const numbers = (count: number, from = 0): readonly number[] => Array.from({ length: count }, (_, index) => from + index)

/** What every sink keeps. A world is begun for each law. */
export function sinkLaws(name: string, begin: () => Promise<SinkWorld>): void {
  describe(`a sink to ${name}`, () => {
    let world: SinkWorld
    const opened: Sink[] = []

    async function open(from = 0, next = 1_000_000): Promise<Sink> {
      const sink = await world.open({ from, next })
      opened.push(sink)
      return sink
    }

    beforeEach(async () => {
      world = await begin()
    })

    afterEach(async () => {
      await Promise.all(opened.splice(0).map((sink) => sink.close()))
      await world.end()
    })

    it('results arrive in their order with all their values', async () => {
      const rows = numbers(600).map((number) => resultRow(number, 0, number % 7 === 6 ? missingOf(number) : valuesOf(number)))
      const sink = await open()
      expect(await sink.write(pageOf(rows.slice(0, 500)))).toEqual([])
      expect(await sink.write(pageOf(rows.slice(500), 500))).toEqual([])
      expectRows(await world.read(), rows, world)
    })

    it('records arrive in their order with all their values', async () => {
      const rows = numbers(20, 7).map(recordRow)
      expect(await (await open()).write(pageOf(rows, 7))).toEqual([])
      expectRows(await world.read(), rows, world)
    })

    it('any values arrive', async () => {
      const sink = await open()
      const all: Columns[] = []
      await fc.assert(
        fc.asyncProperty(fc.array(anyValues, { minLength: 1, maxLength: 20 }), async (values) => {
          const rows = values.map((row, index) => resultRow(all.length + index, 0, { ...row, station_id: all.length + index }))
          const from = all.length
          all.push(...rows)
          expect(await sink.write(pageOf(rows, from))).toEqual([])
        }),
        { numRuns: 10, endOnFailure: true },
      )
      expectRows(await world.read(), all, world)
    })

    it('a revised result comes after the earlier one, or in its place', async () => {
      const rows = [resultRow(1), resultRow(2), resultRow(1, 1, valuesOf(3)), resultRow(1, 2, valuesOf(4)), resultRow(3)]
      const revised = resultRow(2, 1, valuesOf(9))
      const sink = await open()
      await sink.write(pageOf(rows))
      await sink.write(pageOf([revised], rows.length))
      expectRows(await world.read(), [...rows, revised], world)
    })

    it('rows that are written again are there as often as the guarantee says', async () => {
      const rows = numbers(10).map((number) => resultRow(number))
      const first = await open()
      await first.write(pageOf(rows))
      await first.close()
      const second = await open()
      await second.write(pageOf(rows))
      await second.write(pageOf([resultRow(10)], 10))
      expectRows(settled(await world.read(), world), [...rows, resultRow(10)], world)
    })

    it('after the connection broke the same rows, written by a sink opened anew, give the right end', async () => {
      const rows = numbers(500).map((number) => resultRow(number))
      const first = await open()
      await first.write(pageOf(rows.slice(0, 100)))
      const writing = first.write(pageOf(rows.slice(100), 100)).then(
        () => null,
        (error: unknown) => error,
      )
      await world.cut()
      const failure = await writing
      if (failure !== null) expect(failure).toMatchObject(lost)
      await expect(first.write(pageOf(rows.slice(100), 100))).rejects.toMatchObject(lost)
      await first.close()
      await (await open(100)).write(pageOf(rows.slice(100), 100))
      expectRows(settled(await world.read(), world), rows, world)
    })

    it('a row that the system cannot keep is told, all others are there', async ({ skip }) => {
      const { impossible } = world
      if (impossible === null) return skip(`${name} keeps all values`)
      const rows = numbers(9).map((number) => resultRow(number, 0, { ...valuesOf(number), ...(number % 4 === 1 ? impossible : {}) }))
      const told = await (await open()).write(pageOf(rows))
      expect(told.map(({ row }) => row)).toEqual([1, 5])
      for (const { reason } of told) expect(reason).toMatch(/^[^\n]{1,300}$/)
      expectRows(
        await world.read(),
        rows.filter((_, index) => index % 4 !== 1),
        world,
      )
    })

    it('closing ends a call that waits, and every one after it', async () => {
      const sink = await open()
      await world.silence()
      const waiting = expect(sink.write(pageOf([resultRow(1)]))).rejects.toMatchObject(lost)
      await sink.close()
      await waiting
      await expect(sink.write(pageOf([resultRow(2)]))).rejects.toMatchObject(lost)
      await sink.close()
    })

    it('a system that falls silent is lost', async () => {
      const sink = await open()
      await world.silence()
      await expect(sink.write(pageOf([resultRow(1)]))).rejects.toMatchObject(lost)
    })

    it('closing leaves nothing open, also where nobody answers, or the connection broke before', async () => {
      const before = openHandles()
      for (const happens of [() => undefined, () => world.silence(), () => world.cut()]) {
        const sink = await world.open({ from: 0, next: 10 })
        await sink.write(pageOf([resultRow(1)]))
        await happens()
        const writing = sink.write(pageOf([resultRow(2)], 1)).catch(() => undefined)
        await sink.close()
        await writing
        await world.cut()
        await untilNoMoreThan(before)
      }
    })

    it.each(['login', 'place'] as const)('a wrong %s is refused, and nothing is left open', async (fault) => {
      const before = openHandles()
      await expect(openAndWrite(fault)).rejects.toMatchObject(refused)
      await untilNoMoreThan(before)
    })

    it.each(['nobody', 'silence'] as const)('where %s answers, the system is lost, and nothing is left open', async (fault) => {
      const before = openHandles()
      await expect(openAndWrite(fault)).rejects.toMatchObject(lost)
      await world.cut()
      await untilNoMoreThan(before)
    })

    async function openAndWrite(fault: 'login' | 'place' | 'nobody' | 'silence'): Promise<void> {
      const sink = await world.open({ from: 0, next: 10 }, fault)
      await sink.write(pageOf([resultRow(1)])).finally(() => sink.close())
    }
  })
}

/** What there must be once all of the rows were written, in this order. */
function expectRows(found: readonly Columns[], written: readonly Columns[], { keeps }: SinkWorld): void {
  const newest = new Map(written.map((row) => [keyOf(row), row]))
  if (keeps === 'messages') expect(found).toEqual(written)
  else expect(byKey(found)).toEqual(byKey([...newest.values()]))
}

/** Each row where it was first, where rows that are written again may be there again. */
function settled(found: readonly Columns[], { guarantee, keeps }: SinkWorld): readonly Columns[] {
  if (guarantee === 'exactly once' || keeps === 'results') return found
  const first = new Map<string, Columns>()
  for (const row of found) if (!first.has(`${keyOf(row)} ${row._revision}`)) first.set(`${keyOf(row)} ${row._revision}`, row)
  return [...first.values()]
}

function keyOf(row: Columns): string {
  return String(row._id ?? row.$sequence)
}

function byKey(rows: readonly Columns[]): readonly Columns[] {
  return rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}
