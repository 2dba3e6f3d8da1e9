import { aligned } from './layout.ts'

/**
 * The log times of a chunk's rows, where they differ: `runs` times as float64, then how many rows have each as int32, padded to 8.
 * They stand before the payload and are covered by its checksum.
 */
export interface Times {
  readonly ingestionMs: Float64Array
  readonly rows: Int32Array
}

export function timesBytes(runs: number): number {
  return aligned(runs * 12)
}

/** Neighbours of equal times make one run. */
export function timesOf(ingestionMs: Float64Array): Times {
  const ms: number[] = []
  const rows: number[] = []
  for (const [row, time] of ingestionMs.entries()) {
    if (row > 0 && time === ms.at(-1)) rows[rows.length - 1]!++
    else {
      ms.push(time)
      rows.push(1)
    }
  }
  return { ingestionMs: Float64Array.from(ms), rows: Int32Array.from(rows) }
}

export function encodeTimes({ ingestionMs, rows }: Times): Uint8Array {
  const bytes = new Uint8Array(timesBytes(rows.length))
  bytes.set(new Uint8Array(ingestionMs.buffer, ingestionMs.byteOffset, ingestionMs.byteLength))
  bytes.set(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), ingestionMs.byteLength)
  return bytes
}

/** Views of `bytes`, which begin at a multiple of 8 of their buffer. */
export function decodeTimes(bytes: Uint8Array, runs: number): Times {
  return {
    ingestionMs: new Float64Array(bytes.buffer, bytes.byteOffset, runs),
    rows: new Int32Array(bytes.buffer, bytes.byteOffset + runs * 8, runs),
  }
}
