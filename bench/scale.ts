import { join } from 'node:path'

/** How much work a benchmark does. */
export interface Scale {
  readonly rows: number
  /** Event time that the rows span, ms; in all scales they come as often. */
  readonly spanMs: number
  /** Of the file with many keys. */
  readonly manyRows: number
  readonly manyKeys: number
  /** Of the files in which every record is bad or unusual. */
  readonly dirtyRows: number
  /** Runs that count. */
  readonly runs: number
  /** Where generated data is kept and results are written. */
  readonly folder: string
}

const dayMs = 86_400_000
const folder = join(import.meta.dirname, 'data')

export const fullScale: Scale = { rows: 2_000_000, spanMs: 3 * dayMs, manyRows: 4_000_000, manyKeys: 1_000_000, dirtyRows: 500_000, runs: 5, folder }

/** To see that a benchmark works; its figures say little. */
export const quickScale: Scale = { rows: 200_000, spanMs: 0.3 * dayMs, manyRows: 200_000, manyKeys: 50_000, dirtyRows: 50_000, runs: 3, folder }
