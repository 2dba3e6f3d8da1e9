import { MillraceError } from '@millrace/plan'
import { checksum } from '../checksum.ts'
import type { NewChunk } from '../chunk.ts'
import type { ChunkContent } from '../journal/directory.ts'
import { encodeTimes, timesOf } from '../journal/times.ts'
import type { Append } from '../log.ts'

/**
 * Log times and checksums of the chunks of an append. Where rows bring their own times, the others have that of the row before
 * them, so that log time never falls from row to row. `lastMs`: log time of the newest entry; `now` reads the clock.
 */
export function contentsOf({ chunks }: Append, lastMs: number, now: () => number, seed: number): readonly ChunkContent[] {
  let ms = chunks.some((chunk) => chunk.ingestionMs !== undefined) ? lastMs : now()
  return chunks.map((chunk) => {
    const content = contentOf(chunk, ms, seed)
    ms = content.lastMs
    return content
  })
}

function contentOf({ payload, rows, ingestionMs }: NewChunk, ms: number, seed: number): ChunkContent {
  if (ingestionMs === undefined) return { times: null, runs: 0, firstMs: ms, lastMs: ms, checksum: checksum(payload, seed) }
  checkTimes(ingestionMs, rows, ms)
  const firstMs = ingestionMs[0]!
  const lastMs = ingestionMs[rows - 1]!
  if (firstMs === lastMs) return { times: null, runs: 0, firstMs, lastMs, checksum: checksum(payload, seed) }
  const runs = timesOf(ingestionMs)
  const times = encodeTimes(runs)
  return { times, runs: runs.rows.length, firstMs, lastMs, checksum: checksum(payload, checksum(times, seed)) }
}

function checkTimes(ingestionMs: Float64Array, rows: number, fromMs: number): void {
  if (ingestionMs.length !== rows) throw new MillraceError('LOG_APPEND', { reason: `a chunk of ${rows} rows has ${ingestionMs.length} log times` })
  let before = fromMs
  for (const ms of ingestionMs) {
    if (!(Number.isSafeInteger(ms) && ms >= before)) throw new MillraceError('LOG_APPEND', { reason: `the log time ${ms} stands behind ${before}` })
    before = ms
  }
}
