import { crc32 } from 'node:zlib'
import { giveWay } from './give-way.ts'

/** magic, length and checksum of the content; the content, padded to 8 bytes. All of it stands twice. */
const header = { bytes: 16, magic: 0, length: 8, checksum: 12 } as const

/** Content that must survive damage, as it is to be written: two copies, each with a checksum. `magic` has 8 letters. Others have their turn after each part. */
export async function seal(magic: string, content: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const length = content.reduce((sum, part) => sum + part.length, 0)
  const head = Buffer.alloc(header.bytes)
  head.write(magic, header.magic, 'latin1')
  head.writeUInt32LE(length, header.length)
  const padded = [...content, new Uint8Array(-length & 7)]
  let checksum = checksumOf(head, [])
  for (const part of padded) {
    checksum = crc32(part, checksum)
    if (content.length > 1) await giveWay()
  }
  head.writeUInt32LE(checksum, header.checksum)
  return [head, ...padded, head, ...padded]
}

/** The content, and whether both copies are as they were written; null: neither is. */
export function unseal(magic: string, bytes: Uint8Array): { readonly content: Uint8Array; readonly whole: boolean } | null {
  const half = bytes.length / 2
  const first = openCopy(magic, bytes)
  const second = half % 8 === 0 ? openCopy(magic, bytes.subarray(half)) : null
  const content = first ?? second
  if (content === null) return null
  const whole = half % 8 === 0 && Buffer.compare(bytes.subarray(0, half), bytes.subarray(half)) === 0
  return { content, whole }
}

function openCopy(magic: string, bytes: Uint8Array): Uint8Array | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (buffer.length < header.bytes || buffer.toString('latin1', header.magic, header.magic + 8) !== magic) return null
  const length = buffer.readUInt32LE(header.length)
  const copy = buffer.subarray(0, header.bytes + Math.ceil(length / 8) * 8)
  if (copy.length < header.bytes + length || checksumOf(copy, [copy.subarray(header.bytes)]) !== buffer.readUInt32LE(header.checksum)) return null
  return copy.subarray(header.bytes, header.bytes + length)
}

function checksumOf(head: Uint8Array, content: readonly Uint8Array[]): number {
  return content.reduce((checksum, part) => crc32(part, checksum), crc32(head.subarray(0, header.checksum)))
}
