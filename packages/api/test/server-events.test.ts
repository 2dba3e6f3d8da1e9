import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ServerEvent, serverEvents } from '../src/client/server-events.ts'

async function read(pieces: readonly Uint8Array[]): Promise<readonly ServerEvent[]> {
  const body = (async function* () {
    yield* pieces
  })()
  const events: ServerEvent[] = []
  for await (const event of serverEvents(body)) events.push(event)
  return events
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const only = async (text: string) => (await read([bytes(text)])).map(({ id, text }) => [id, text])

test('an event is its fields up to an empty line', async () => {
  const [event] = await read([bytes('retry: 250\nid: 7\nevent: alert\ndata: {"a":1}\n\n')])
  expect(event).toEqual({ id: '7', name: 'alert', text: '{"a":1}', retryMs: 250 })
})

test('lines of data are joined, comments and unknown fields are nothing', async () => {
  expect(await only(': hello\ndata: a\nfoo: b\ndata:b\ndata\n\n')).toEqual([[null, 'a\nb\n']])
})

test('an id without data is told, and holds for what follows', async () => {
  expect(await only('id: 3\n\ndata: a\n\nid\ndata: b\n\n')).toEqual([
    ['3', null],
    ['3', 'a'],
    ['', 'b'],
  ])
})

test('an event that was cut off is none', async () => {
  expect(await only('data: a\n\nid: 9\ndata: b\n')).toEqual([[null, 'a']])
})

test('where the bytes are cut makes no difference', async () => {
  const text = 'id: 1\r\ndata: grüße\r\n\r\ndata: b\rid: 2\r\r: c\n\ndata: é€😀\ndata: d\n\n'
  const all = bytes(text)
  const expected = await read([all])
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(all.length)), async (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), all.length]
      const pieces = at.slice(1).map((end, i) => all.subarray(at[i], end))
      expect(await read(pieces)).toEqual(expected)
    }),
  )
})
