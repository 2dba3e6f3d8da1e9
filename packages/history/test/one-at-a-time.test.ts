import { expect, it } from 'vitest'
import { OneAtATime } from '../src/one-at-a-time.ts'

it('what somebody waits for goes first, nothing runs beside another, and what fails holds up nothing', async () => {
  const work = new OneAtATime()
  const done: string[] = []
  let beside = 0
  const piece = (name: string) => async (): Promise<void> => {
    expect(++beside).toBe(1)
    await new Promise((resolve) => setImmediate(resolve))
    beside--
    done.push(name)
    if (name === 'fails') throw new Error(name)
  }
  const all = [
    work.runInBackground(piece('b1')),
    work.runInBackground(piece('b2')),
    work.run(piece('fails')),
    work.run(piece('u2')),
    work.runInBackground(piece('b3')),
  ]
  expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  expect(done).toEqual(['b1', 'fails', 'u2', 'b2', 'b3'])
  await work.idle()
})
