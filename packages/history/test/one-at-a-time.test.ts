import { expect, it } from 'vitest'
import { OneAtATime } from '../src/one-at-a-time.ts'

const any = (): boolean => true

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
    work.runInBackground('x', piece('b1')),
    work.runInBackground('x', piece('b2')),
    work.run(any, piece('fails')),
    work.run(any, piece('u2')),
    work.runInBackground('x', piece('b3')),
  ]
  expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  expect(done).toEqual(['b1', 'fails', 'u2', 'b2', 'b3'])
  await work.idle()
})

it('what somebody waits for does not wait for work on something else, which goes on; no more is begun meanwhile', async () => {
  const work = new OneAtATime()
  const done: string[] = []
  const gate = Promise.withResolvers<void>()
  const long = work.runInBackground('x', () => gate.promise.then(() => void done.push('long')))
  const next = work.runInBackground('y', async () => void done.push('next'))
  await work.run(
    (name) => name === 'y',
    async () => void done.push('of y'),
  )
  const ofX = work.run(
    (name) => name === 'x',
    async () => void done.push('of x'),
  )
  expect(done).toEqual(['of y'])
  gate.resolve()
  await Promise.all([long, next, ofX])
  expect(done).toEqual(['of y', 'long', 'of x', 'next'])
  await work.idle()
})
