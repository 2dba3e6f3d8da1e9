import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Messages, mostBytes, mostMessages, type Source } from '../../src/contract.ts'
import { openHandles, untilNoMoreThan } from './open-handles.ts'
import type { SourceWorld } from './worlds.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const bytes = (value: string): Uint8Array => Buffer.from(value, 'latin1')
const numbered = (count: number, from = 0): readonly string[] => Array.from({ length: count }, (_, index) => `message ${from + index}`)
const lost = { code: 'CONNECTOR_LOST' }
const refused = { code: 'CONNECTOR_REFUSED' }

/** What every source keeps. A world is begun for each law. */
export function sourceLaws(name: string, begin: () => Promise<SourceWorld>): void {
  describe(`a source from ${name}`, () => {
    let world: SourceWorld
    const opened: Source[] = []

    async function open(position: string | null = null): Promise<Source> {
      const source = await world.open(position)
      opened.push(source)
      return source
    }

    const send = (messages: readonly string[]): Promise<void> => world.send(messages.map(bytes))

    beforeEach(async () => {
      world = await begin()
    })

    afterEach(async () => {
      await Promise.all(opened.splice(0).map((source) => source.close()))
      await world.end()
    })

    it('messages come in their order, each a body, empty ones too', async () => {
      const messages = ['one', '', 'two\nlines\n', '\x00\xff\xfe', '', '{"json": 1}']
      const source = await open()
      await send(messages)
      expect((await gather(source, messages.length)).bodies).toEqual(messages)
    })

    it('any bytes come as they were sent', async () => {
      const source = await open()
      await fc.assert(
        fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 30 }), async (messages) => {
          await world.send(messages)
          expect((await gather(source, messages.length)).bodies).toEqual(messages.map(text))
        }),
        { numRuns: 10, endOnFailure: true },
      )
    })

    it('messages that were not accepted come again at the next opening, accepted ones do not', async () => {
      const first = await open()
      await send(numbered(10))
      const { position } = await gather(first, 10)
      await send(numbered(5, 10))
      await take(first, 5)
      await first.close()
      const second = await open(position)
      await send(numbered(1, 15))
      expect((await gather(second, 6)).bodies).toEqual(numbered(6, 10))
    })

    it('what was accepted when the connection broke is not needed again, all else is', async () => {
      const first = await open()
      await send(numbered(4))
      const { position } = await gather(first, 4)
      await first.close()
      const second = await open(position)
      await send(numbered(4, 4))
      await take(second, 4)
      await world.cut()
      // What came before may still be handed out; that it was accepted does not get through.
      await expect(gather(second, Number.POSITIVE_INFINITY)).rejects.toMatchObject(lost)
      expect((await gather(await open(position), 4)).bodies).toEqual(numbered(4, 4))
    })

    it('a batch has at most so many messages, and about so many bytes', async () => {
      const source = await open()
      const few = Array.from({ length: 12 }, (_, index) => String.fromCharCode(65 + index).repeat(300_000))
      await send(numbered(2 * mostMessages + 1))
      expect((await gather(source, 2 * mostMessages + 1)).bodies).toEqual(numbered(2 * mostMessages + 1))
      await send(few)
      expect((await gather(source, few.length)).bodies.map((body) => body[0])).toEqual(few.map((body) => body[0]))
    })

    it('one who asks for messages waits until there are some', async () => {
      const source = await open()
      const waiting = source.next()
      await send(['at last'])
      expect((await waiting).bodies.map(text)).toEqual(['at last'])
    })

    it('one who waits is told that the connection broke', async () => {
      const waiting = expect((await open()).next()).rejects.toMatchObject(lost)
      await world.cut()
      await waiting
    })

    it('closing ends a call that waits, and every one after it', async () => {
      const source = await open()
      const waiting = expect(source.next()).rejects.toMatchObject(lost)
      await source.close()
      await waiting
      await expect(source.next()).rejects.toMatchObject(lost)
      await source.close()
    })

    it('closing leaves nothing open, also where nobody answers, or the connection broke before', async () => {
      const before = openHandles()
      for (const happens of [() => undefined, () => world.silence(), () => world.cut()]) {
        const source = await world.open(null)
        const waiting = source.next().catch(() => undefined)
        await happens()
        await source.close()
        await waiting
        await world.cut()
        await untilNoMoreThan(before)
      }
    })

    it.each(['login', 'place'] as const)('a wrong %s is refused, and nothing is left open', async (fault) => {
      const before = openHandles()
      await expect(world.open(null, fault)).rejects.toMatchObject(refused)
      await untilNoMoreThan(before)
    })

    it.each(['nobody', 'silence'] as const)('where %s answers, the system is lost, and nothing is left open', async (fault) => {
      const before = openHandles()
      await expect(world.open(null, fault)).rejects.toMatchObject(lost)
      await world.cut()
      await untilNoMoreThan(before)
    })
  })
}

interface Gathered {
  readonly bodies: readonly string[]
  readonly position: string | null
}

/** So many messages, each batch accepted. */
async function gather(source: Source, count: number): Promise<Gathered> {
  const bodies: string[] = []
  let position: string | null = null
  while (bodies.length < count) {
    const messages = await source.next()
    expectInBounds(messages)
    bodies.push(...messages.bodies.map(text))
    await source.accepted(messages)
    position = messages.position
  }
  return { bodies, position }
}

/** At least one of so many, nothing of which is accepted. */
async function take(source: Source, count: number): Promise<void> {
  expect((await source.next()).bodies.length).toBeLessThanOrEqual(count)
}

function expectInBounds({ bodies }: Messages): void {
  expect(bodies.length).toBeGreaterThan(0)
  expect(bodies.length).toBeLessThanOrEqual(mostMessages)
  const others = bodies.slice(0, -1)
  expect(others.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(mostBytes)
}
