import { expect, it } from 'vitest'
import { Lives } from '../../src/connectors/lives.ts'

/** Runs lives, each ended by what the list says, until all were lived; answers the tries that were counted at each pause. */
async function triesOf(
  lives: readonly ((lives: Lives, pass: (ms: number) => void) => void)[],
): Promise<readonly (readonly [tries: number, pausedMs: number])[]> {
  const told: [number, number][] = []
  const over = Promise.withResolvers<void>()
  let [nowMs, lived] = [0, 0]
  const pause = async (ms: number): Promise<void> => {
    told.push([made.failing?.tries ?? 0, ms])
    if (lived === lives.length) over.resolve()
  }
  const made: Lives = new Lives({ now: () => nowMs, pause, random: () => 1 }, async (signal) => {
    const live = lives[lived++]
    if (live === undefined) return await new Promise((_, reject) => signal.addEventListener('abort', reject))
    live(made, (ms) => {
      nowMs += ms
    })
    throw new Error('it broke')
  })
  await over.promise
  await made.stop()
  return told
}

const opens = (lives: Lives): void => lives.opened()
const works = (lives: Lives): void => lives.works()

it('pauses grow with each failure, up to half a minute, and begin anew once it got on', async () => {
  const told = await triesOf([...Array.from({ length: 7 }, () => opens), works])
  expect(told.map(([, ms]) => ms)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 1000])
})

it('what was open for longer than the longest pause got on, though nothing came', async () => {
  const opensForLong = (lives: Lives, pass: (ms: number) => void): void => {
    lives.opened()
    pass(31_000)
  }
  const told = await triesOf([opens, opens, opensForLong, opens])
  expect(told.map(([tries]) => tries)).toEqual([1, 2, 1, 2])
})

it('what took long and was not let in did not get on', async () => {
  const told = await triesOf([opens, (_, pass) => pass(31_000), (_, pass) => pass(31_000)])
  expect(told.map(([tries]) => tries)).toEqual([1, 2, 3])
})
