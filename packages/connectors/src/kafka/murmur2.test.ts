import { murmur2 as ofTheLibrary } from '@platformatic/kafka'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { murmur2, partitionOf } from './murmur2.ts'

it('keys are hashed as the clients of Java hash them', () => {
  // From Kafka's own tests.
  const known = { '21': -973932308, foobar: -790332482, 'a-little-bit-long-string': -985981536, 'a-little-bit-longer-string': -1486304829 }
  for (const [key, hash] of Object.entries(known)) expect(murmur2(Buffer.from(key))).toBe(hash)
})

it('any key is hashed as the library hashes it', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 50 }), (key) => murmur2(key) === ofTheLibrary(Buffer.from(key)) >> 0))
})

it('a negative hash is made positive by leaving out its sign', () => {
  expect(partitionOf(Buffer.from('21'), 10)).toBe((-973932308 & 0x7fffffff) % 10)
})
