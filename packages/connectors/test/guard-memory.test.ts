import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { guardMemory } from '../src/guard/guard-memory.ts'

guardMemory()
// Loaded behind the guard, as in the thread.
const { compressionsAlgorithms } = await import('@platformatic/kafka')
const zeros = Buffer.alloc(200 << 20)

it.each([
  ['gzip', gzipSync(zeros)],
  ['zstd', zstdCompressSync(zeros)],
] as const)('what %s packs to almost nothing is not unpacked beyond what a thread may hold', (name, bomb) => {
  expect(bomb.length).toBeLessThan(1 << 20)
  expect(() => compressionsAlgorithms[name].decompressSync(bomb)).toThrow(expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' }))
})

it('what is packed as usual is unpacked', () => {
  expect(compressionsAlgorithms.gzip.decompressSync(gzipSync(Buffer.alloc(1000)))).toHaveLength(1000)
})
