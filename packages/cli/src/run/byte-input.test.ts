import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openByteInput } from './byte-input.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-input-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, n) => `${n},${(n * 7919) % 1013}\n`).join(''))

function fileOf(name: string, content: Uint8Array): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

async function readAll(file: string): Promise<Buffer> {
  const input = await openByteInput(file)
  const chunks: Buffer[] = []
  try {
    for (let chunk = await input.next(); chunk !== null; chunk = await input.next()) chunks.push(Buffer.from(chunk))
    expect(input.readBytes).toBe(input.sizeBytes)
  } finally {
    await input.close()
  }
  return Buffer.concat(chunks)
}

describe('bytes of an input', () => {
  test('come as they lie in the file', async () => {
    expect((await readAll(fileOf('plain', bytes))).equals(bytes)).toBe(true)
    expect(await readAll(fileOf('empty', Buffer.alloc(0)))).toHaveLength(0)
    expect((await readAll(fileOf('one', Buffer.from('x')))).toString()).toBe('x')
  })

  test('gzip is known by its content and unpacked, several members too', async () => {
    expect((await readAll(fileOf('zipped.csv', gzipSync(bytes)))).equals(bytes)).toBe(true)
    expect((await readAll(fileOf('members', Buffer.concat([gzipSync('a\n'), gzipSync('b\n')])))).toString()).toBe('a\nb\n')
  })

  test('damaged or cut gzip is an error that names the file', async () => {
    const zipped = gzipSync(bytes)
    const damaged = Buffer.from(zipped).fill(0xff, 1000, 1100)
    await expect(readAll(fileOf('damaged.gz', damaged))).rejects.toMatchObject({ code: 'CLI_INPUT_GZIP', message: expect.stringContaining('damaged.gz') })
    await expect(readAll(fileOf('cut.gz', zipped.subarray(0, zipped.length / 2)))).rejects.toMatchObject({ code: 'CLI_INPUT_GZIP' })
  })

  test('a missing file and a folder are unreadable', async () => {
    await expect(readAll(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'CLI_INPUT_UNREADABLE' })
    await expect(readAll(folder)).rejects.toMatchObject({ code: 'CLI_INPUT_UNREADABLE' })
  })
})
