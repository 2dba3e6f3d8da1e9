import type { Batch } from '@millrace/columns'
import type { Input, Job } from '@millrace/engine'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LocalLog } from './local-log.ts'

/** A job of which only the deadline counts: a stream that brought nothing for `idleMs` of log time, once. */
class IdleClock {
  readonly entries: { kind: Input['kind']; at: number; sequence: number }[] = []
  private readonly idleMs: number
  private readonly last = new Map<string, number>()
  private readonly idle = new Set<string>()

  constructor(idleMs: number) {
    this.idleMs = idleMs
  }

  push(input: Input): void {
    if (input.kind === 'rows') {
      const ingestion = (row: number) => (typeof input.ingestion === 'number' ? input.ingestion : (input.ingestion[row] as number))
      const sequence = (row: number) => (typeof input.sequence === 'number' ? input.sequence + row - input.from : (input.sequence[row] as number))
      for (let row = input.from; row < input.to; row++) this.entries.push({ kind: 'rows', at: ingestion(row), sequence: sequence(row) })
      this.last.set(input.stream, ingestion(input.to - 1))
      this.idle.delete(input.stream)
    } else if (input.kind === 'tick') {
      this.entries.push({ kind: 'tick', at: input.logMs, sequence: input.sequence })
      for (const [stream, last] of this.last) if (last + this.idleMs <= input.logMs) this.idle.add(stream)
    }
  }

  nextTickMs(): number | null {
    const deadlines = [...this.last].filter(([stream]) => !this.idle.has(stream)).map(([, last]) => last + this.idleMs)
    return deadlines.length === 0 ? null : Math.min(...deadlines)
  }

  run(): 'done' {
    return 'done'
  }
}

function batchOf(times: readonly number[]): Batch {
  return {
    rows: times.length,
    fields: [{ name: 't', type: 'timestamp', nullable: false }],
    columns: [{ kind: 'timestamp', values: Float64Array.from(times), validity: null }],
  }
}

function open(idleMs: number, streams: Readonly<Record<string, string | null>>) {
  const clock = new IdleClock(idleMs)
  return { clock, log: new LocalLog(clock as Partial<Job> as Job, streams) }
}

describe('the log of a local run', () => {
  test('log time is the highest event time so far, and every record is accepted at the log time after it', () => {
    const { clock, log } = open(1_000, { a: 't' })
    log.append('a', batchOf([5, 3, 9, 7]))
    expect(clock.entries.map(({ at }) => at)).toEqual([5, 5, 9, 9])
    expect(log.logMs).toBe(9)
  })

  test('every entry has the next sequence', () => {
    const { clock, log } = open(10, { a: 't', b: 't' })
    log.append('b', batchOf([0]))
    log.append('a', batchOf([1, 2, 30, 31]))
    log.append('b', batchOf([32]))
    expect(clock.entries.map(({ sequence }) => sequence)).toEqual(clock.entries.map((_, index) => index))
  })

  test('a tick stands right behind the record that reached the deadline', () => {
    const { clock, log } = open(10, { a: 't', b: 't' })
    log.append('b', batchOf([0]))
    log.append('a', batchOf([1, 9, 10, 11]))
    expect(clock.entries.map(({ kind, at }) => `${kind} ${at}`)).toEqual(['rows 0', 'rows 1', 'rows 9', 'rows 10', 'tick 10', 'rows 11'])
  })

  test('one stream alone needs no ticks while records come', () => {
    const { clock, log } = open(10, { a: 't' })
    log.append('a', batchOf([0, 100, 200]))
    expect(clock.entries.every(({ kind }) => kind === 'rows')).toBe(true)
  })

  test('the clock that moves on alone stops at every deadline', () => {
    const { clock, log } = open(10, { a: 't', b: 't' })
    log.append('a', batchOf([0]))
    log.append('b', batchOf([4]))
    log.advanceTo(50)
    expect(clock.entries.filter(({ kind }) => kind === 'tick').map(({ at }) => at)).toEqual([10, 14])
    expect(log.logMs).toBe(50)
  })

  test('records of a stream without a time are accepted at the log time', () => {
    const { clock, log } = open(1_000, { a: 't', b: null })
    log.append('a', batchOf([7]))
    log.append('b', batchOf([0, 0]))
    expect(clock.entries.map(({ at }) => at)).toEqual([7, 7, 7])
  })

  test('where batches end changes nothing', () => {
    const run = fc.record({ stream: fc.constantFrom('a', 'b'), times: fc.array(fc.nat(60), { minLength: 1, maxLength: 12 }) })
    fc.assert(
      fc.property(fc.array(run, { maxLength: 8 }), (runs) => {
        const whole = open(10, { a: 't', b: 't' })
        const single = open(10, { a: 't', b: 't' })
        for (const { stream, times } of runs) {
          whole.log.append(stream, batchOf(times))
          for (const time of times) single.log.append(stream, batchOf([time]))
        }
        expect(whole.clock.entries).toEqual(single.clock.entries)
      }),
    )
  })
})
