import type { Log, LogEvent } from '@millrace/log'
import { type Row, readRows } from '../power-loss/read-rows.ts'
import { Violation } from '../power-loss/violation.ts'
import { appendOf, producers, sourceOf, tenants } from './append-of.ts'

interface Told {
  readonly producer: number
  readonly sequence: number
  readonly first: number
  readonly ingestionMs: number
  readonly duplicate: boolean
}

/** What the producers of a log were told, over all of its lives. */
export class Ledger {
  readonly #told = new Map<string, Told>()
  /** By producer: appends that the last check found. */
  #there: readonly number[] = Array.from({ length: producers }, () => 0)

  get acknowledged(): number {
    return this.#told.size
  }

  /** Where each producer goes on: it repeats the last append that was acknowledged, and perhaps one that is there all the same. */
  starts(): readonly number[] {
    return Array.from({ length: producers }, (_, producer) => {
      let sequence = 1
      while (this.#told.has(`${producer} ${sequence}`)) sequence++
      return Math.max(1, sequence - 1)
    })
  }

  tell(line: string): void {
    const told = JSON.parse(line) as Told
    const there = told.sequence <= this.#there[told.producer]!
    if (told.duplicate !== there) throw new Violation('a repeated append is called a duplicate exactly where it is there', { told, there })
    const before = this.#told.get(`${told.producer} ${told.sequence}`)
    if (before && (before.first !== told.first || before.ingestionMs !== told.ingestionMs)) throw new Violation('an append has one receipt', { before, told })
    this.#told.set(`${told.producer} ${told.sequence}`, told)
  }

  /** Answers the rows that were compared. */
  async check(log: Log, events: readonly LogEvent[]): Promise<number> {
    const wrong = events.find(({ kind }) => kind !== 'tail-cut')
    if (wrong) throw new Violation('a killed process leaves no damage', { wrong })
    const rows: Row[] = []
    for (const tenant of tenants) {
      const read = await readRows(log, { tenant, streams: ['readings', 'letters', 'clock'] })
      const counted = log.streams(tenant).reduce((sum, stream) => sum + stream.rows, 0)
      if (counted !== read.length || log.nextSequence(tenant) !== read.length + 1)
        throw new Violation('the log counts what is there', { tenant, counted, read: read.length })
      rows.push(...read)
    }
    const appends = Map.groupBy(rows, (row) => row.append)
    for (const [id, of] of appends) this.#checkAppend(id, of)
    const last = Array.from({ length: producers }, () => 0)
    for (const { producer, sequence } of [...appends.keys()].map(sourceOf)) last[producer] = Math.max(last[producer]!, sequence)
    this.#there = last
    const sent = last.reduce((sum, count) => sum + count, 0)
    if (sent !== appends.size) throw new Violation('the appends of a producer are there without a gap', { sent, there: appends.size })
    for (const { producer, sequence } of this.#told.values()) {
      if (sequence > last[producer]!) throw new Violation('what was acknowledged is there', { producer, sequence, last: last[producer] })
    }
    return rows.length
  }

  #checkAppend(id: number, rows: readonly Row[]): void {
    const { producer, sequence } = sourceOf(id)
    const expected = appendOf(producer, sequence).chunks.reduce((sum, chunk) => sum + chunk.rows, 0)
    const told = this.#told.get(`${producer} ${sequence}`)
    const first = told?.first ?? rows[0]!.sequence
    const right = rows.every((row, index) => row.sequence === first + index && row.ingestionMs === (told?.ingestionMs ?? rows[0]!.ingestionMs))
    if (rows.length !== expected || !right)
      throw new Violation('an append is there once, whole, where its receipt says', { told, rows: rows.length, expected, first: rows[0] })
  }
}
