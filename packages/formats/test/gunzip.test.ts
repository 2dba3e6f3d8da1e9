import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { gunzip, isGzip } from '../src/index.ts'

const text = 'station,value\n'.repeat(10_000)
const packed = gzipSync(text)

async function unpack(chunks: Iterable<Uint8Array>, mostBytes?: number): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const piece of gunzip(chunks, { mostBytes })) parts.push(piece)
  return Buffer.concat(parts).toString()
}

test('unpacking gives the bytes that were packed, in any pieces and members', async () => {
  expect(isGzip(packed)).toBe(true)
  expect(isGzip(Buffer.from('{}'))).toBe(false)
  expect(await unpack([packed])).toBe(text)
  expect(await unpack(Array.from(packed, (byte) => Uint8Array.of(byte)))).toBe(text)
  expect(await unpack([packed, packed])).toBe(text + text)
})

test('damage and excess are errors of the catalogue', async () => {
  await expect(unpack([packed.subarray(0, packed.length - 20)])).rejects.toMatchObject({ code: 'GZIP_DAMAGED' })
  await expect(unpack([Buffer.from('no gzip at all')])).rejects.toMatchObject({ code: 'GZIP_DAMAGED' })
  await expect(unpack([packed], 1000)).rejects.toMatchObject({ code: 'GZIP_TOO_LARGE' })
})
