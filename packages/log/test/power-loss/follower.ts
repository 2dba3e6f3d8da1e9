import type { Log, LogReader } from '@millrace/log'
import type { ModelTenant } from './model.ts'
import { type Row, readRows, rowsOf } from './read-rows.ts'
import { Violation } from './violation.ts'

/** A reader that goes along with the appends; what it saw is as good as acknowledged. */
export class Follower {
  readonly #reader: LogReader
  readonly #tenant: ModelTenant
  readonly #streams: readonly string[]
  readonly #from: number
  readonly #seen: Row[] = []

  constructor(reader: LogReader, tenant: ModelTenant, streams: readonly string[], from: number) {
    this.#reader = reader
    this.#tenant = tenant
    this.#streams = streams
    this.#from = from
  }

  async read(maxBytes: number): Promise<void> {
    for (const row of rowsOf(await this.#reader.read(maxBytes))) {
      const before = this.#seen.at(-1)
      if (before && row.sequence <= before.sequence) throw new Violation('a follower sees each row once, in order', { before, row })
      this.#seen.push(row)
      this.#settle(row)
    }
  }

  #settle(row: Row): void {
    const append = this.#tenant.byId.get(row.append)
    if (!append) throw new Violation('nothing is there that was not appended', { row })
    if (append.fate === 'waiting')
      this.#tenant.settle(append, row.sequence - append.chunks[row.chunk]!.offset - row.row, append.chunks.at(-1)!.new.ingestionMs?.at(-1) ?? row.ingestionMs)
  }

  /** Of all that is there now, it saw what stands below its position. */
  async check(log: Log): Promise<void> {
    const rows = await readRows(log, { tenant: this.#tenant.name, streams: this.#streams, from: this.#from })
    const saw = new Set(this.#seen.map(({ sequence }) => sequence))
    const missed = rows.find(({ sequence }) => sequence < this.#reader.position && !saw.has(sequence))
    if (missed) throw new Violation('a follower misses no row below its position', { missed, position: this.#reader.position })
    if (rows.some(({ sequence }) => sequence >= this.#reader.position)) await this.#reader.wait()
  }
}
