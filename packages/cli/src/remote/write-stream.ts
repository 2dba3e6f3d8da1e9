import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { MillraceError } from '@millrace/plan'
import { reasonOf } from '../failure.ts'

/** Writes what comes to a file, `-` standard output; answers its bytes. Errors: CLI_OUTPUT_FAILED. */
export async function writeStream(source: AsyncIterable<Uint8Array>, file: string): Promise<number> {
  let bytes = 0
  const counted = async function* () {
    for await (const piece of source) {
      bytes += piece.length
      yield piece
    }
  }
  try {
    if (file === '-') await pipeline(counted, process.stdout, { end: false })
    else await pipeline(counted, createWriteStream(file))
  } catch (failure) {
    throw new MillraceError(
      'CLI_OUTPUT_FAILED',
      { file, reason: reasonOf(failure), remedy: 'Check the folder, its room, and the connection.' },
      { cause: failure },
    )
  }
  return bytes
}
