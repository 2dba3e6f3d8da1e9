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
  /** Bytes that lines of the log append or read in a run. */
  readonly logBytes: number
  /** Streams that do nothing, small jobs that are started at once. */
  readonly idle: number
  /** Records in the log of a process that is killed. */
  readonly killedRows: number
  /** Over which they came, ms; the jobs snapshot after three quarters of it: 30 s, the default, at full scale. */
  readonly killedMs: number
  /** How long delays are taken, ms. */
  readonly delaysMs: number
  /** How long a server is loaded for a figure, ms. */
  readonly serverMs: number
  /** Runs that count. */
  readonly runs: number
  /** Where generated data is kept and results are written. */
  readonly folder: string
}

const dayMs = 86_400_000
const folder = join(import.meta.dirname, 'data')

const durable = { logBytes: 128 << 20, idle: 10_000, killedRows: 10_000_000, killedMs: 40_000, delaysMs: 5_000, serverMs: 4_000 }
const quickDurable = { logBytes: 32 << 20, idle: 1_000, killedRows: 500_000, killedMs: 3_000, delaysMs: 1_000, serverMs: 1_000 }

export const fullScale: Scale = {
  rows: 2_000_000,
  spanMs: 3 * dayMs,
  manyRows: 4_000_000,
  manyKeys: 1_000_000,
  dirtyRows: 500_000,
  ...durable,
  runs: 5,
  folder,
}

/** To see that a benchmark works; its figures say little. */
export const quickScale: Scale = {
  rows: 200_000,
  spanMs: 0.3 * dayMs,
  manyRows: 200_000,
  manyKeys: 50_000,
  dirtyRows: 50_000,
  ...quickDurable,
  runs: 3,
  folder,
}
