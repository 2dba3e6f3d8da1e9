import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { MillraceError } from '@millrace/plan'

export interface GunzipOptions {
  /** Stops with GZIP_TOO_LARGE past so many unpacked bytes: a small file can hold a thousandfold. No bound unless said. */
  readonly mostBytes?: number
}

/** Whether the input begins as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** Unpacks gzip as it comes, piece by piece; several members in a row are one input. Damage throws GZIP_DAMAGED. */
export async function* gunzip(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, options: GunzipOptions = {}): AsyncGenerator<Uint8Array> {
  const limit = options.mostBytes ?? Infinity
  const source = Readable.from(chunks, { objectMode: false })
  const unpacked = source.pipe(createGunzip())
  source.on('error', (error) => unpacked.destroy(error))
  let bytes = 0
  try {
    for await (const piece of unpacked as AsyncIterable<Uint8Array>) {
      bytes += piece.length
      if (bytes > limit) throw new MillraceError('GZIP_TOO_LARGE', { limit })
      yield piece
    }
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (typeof code === 'string' && code.startsWith('Z_')) throw new MillraceError('GZIP_DAMAGED', { reason: (error as Error).message }, { cause: error })
    throw error
  } finally {
    source.destroy()
  }
}
