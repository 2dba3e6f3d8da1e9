import { Random } from '@millrace/log/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deciding, type EpochBegin } from '../src/epoch-begin.ts'
import { count, countFields, countKey, World } from './world.ts'

const seed = Math.floor(Math.random() * 2 ** 31)
const random = new Random(seed)
const stream = 'equipment/failures'
let world: World

beforeAll(async () => {
  world = await World.open()
  await world.history.follow({ tenant: 'acme', stream, result: countKey })
})
afterAll(() => world.close())

const isReplaced = (epoch: number, sequence: number, by: readonly EpochBegin[]): boolean => by.some((later) => epoch < later.epoch && sequence > later.after)

it(`epochs that decide say the same as all of them (seed ${seed})`, () => {
  for (let round = 0; round < 500; round++) {
    const all = Array.from({ length: random.between(0, 6) }, (_, at) => ({ epoch: at + 2, after: random.between(0, 20) }))
    const some = deciding(all)
    const [epoch, sequence] = [random.between(1, 8), random.between(0, 22)]
    expect(isReplaced(epoch, sequence, some), JSON.stringify({ all, epoch, sequence })).toBe(isReplaced(epoch, sequence, all))
  }
})

it('the latest are those that no later epoch computed anew, and of these the newest', async () => {
  // A window a row, but for the last, which is that of the first again.
  const rows = [
    count(0, 'a', 1, { $epoch: 1, $sequence: 10 }),
    count(600_000, 'a', 2, { $epoch: 1, $sequence: 20 }),
    count(1_200_000, 'a', 3, { $epoch: 1, $sequence: 30 }),
    count(1_200_000, 'a', 4, { $epoch: 1, $sequence: 10, $revision: 1 }),
    count(1_800_000, 'a', 5, { $epoch: 2, $sequence: 40 }),
    count(0, 'a', 6, { $epoch: 3, $sequence: 50 }),
  ]
  await world.append('acme', stream, countFields, rows)
  await world.history.write('acme')
  const latest = async (epochs: readonly EpochBegin[]): Promise<readonly unknown[]> =>
    (await world.rows('acme', `SELECT failures FROM latest."${stream}" ORDER BY 1`, {}, epochs)).map(({ failures }) => failures)
  expect(await latest([])).toEqual([2, 4, 5, 6])
  const epochs = [
    { epoch: 2, after: 15 },
    { epoch: 3, after: 40 },
  ]
  expect(await latest(epochs)).toEqual([4, 5, 6])
})
