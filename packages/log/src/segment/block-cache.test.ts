import { expect, test } from 'vitest'
import { BlockCache } from './block-cache.ts'
import type { Block } from './segment-file.ts'

const block = (bytes: number): Block => ({ first: 0, chunks: [], bytes })

/** Answers the numbers of the blocks that were read. */
async function read(cache: BlockCache, numbers: readonly number[]): Promise<number[]> {
  const made: number[] = []
  for (const number of numbers) {
    await cache.get('file', number, async () => {
      made.push(number)
      return block(10_000)
    })
  }
  return made
}

test('the blocks that were asked for last are kept, within the bytes that it may have', async () => {
  const cache = new BlockCache(50_000)
  expect(await read(cache, [1, 2, 3])).toEqual([1, 2, 3])
  expect(await read(cache, [1, 2, 3])).toEqual([])
  expect(await read(cache, [1, 4])).toEqual([4])
  expect(await read(cache, [1, 3, 4])).toEqual([])
  expect(await read(cache, [2])).toEqual([2])
})

test('who asks while it is read waits for the same block, and a failure is not kept', async () => {
  const cache = new BlockCache(50_000)
  let reads = 0
  const failing = async (): Promise<Block> => {
    reads++
    throw new Error('EIO')
  }
  const results = await Promise.allSettled([cache.get('file', 1, failing), cache.get('file', 1, failing)])
  expect([reads, ...results.map(({ status }) => status)]).toEqual([1, 'rejected', 'rejected'])
  expect(await read(cache, [1])).toEqual([1])
})
