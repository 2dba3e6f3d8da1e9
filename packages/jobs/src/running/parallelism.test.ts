import { describe, expect, it } from 'vitest'
import type { Moment } from './look.ts'
import { Parallelism } from './parallelism.ts'

const lookMs = 500
/** What a job does in one look, by default one that its threads hold up: records a millisecond, share of a processor that each of its threads takes. */
interface Does {
  readonly rate?: number
  readonly busy?: number
  readonly behind?: boolean
  readonly inOperators?: number
  /** Processors that have nothing to do. */
  readonly idle?: number
  readonly stateBytes?: number
}

/** A job being looked at, look by look. */
class Watched {
  readonly parallelism: Parallelism
  atMs = 0
  private records = 0
  private cpuMs = 0
  private operatorsMs = 0
  private idleMs = 0
  private stateBytes = 0
  private waits = 0
  private parts = 1

  constructor(atMost: number) {
    this.parallelism = new Parallelism(atMost, true, '')
    this.parallelism.opened()
  }

  /** So many looks; the parts after each. */
  looks(count: number, { rate = 100, busy = 1, behind = true, inOperators = 0.9, idle = 4, stateBytes = 1e6 }: Does = {}): readonly number[] {
    return Array.from({ length: count }, () => {
      this.atMs += lookMs
      this.records += rate * lookMs
      this.cpuMs += busy * lookMs
      this.operatorsMs += inOperators * busy * lookMs
      this.idleMs += idle * lookMs
      this.stateBytes = stateBytes
      if (!behind) this.waits++
      this.parallelism.look(this.moment())
      if (this.parallelism.parts !== this.parts) this.parallelism.opened()
      this.parts = this.parallelism.parts
      return this.parts
    })
  }

  private moment(): Moment {
    const { records, cpuMs, operatorsMs, idleMs, stateBytes } = this
    const stats = { records: { readings: records }, windows: {}, state: { sums: { keys: 1, bytes: 1 } }, stateBytes, timeMs: { sums: operatorsMs } }
    const figures = Array.from({ length: this.parts }, () => ({ stats, cpuMs, threadCpuMs: cpuMs }))
    return { atMs: this.atMs, idleMs, figures, waits: this.waits, waiting: false }
  }
}

describe('a job that may run in two parts', () => {
  it('is tried in both where it is behind and its thread is busy with operators, and stays there if it is faster', () => {
    const job = new Watched(2)
    expect(job.looks(3)).toEqual([1, 1, 2])
    expect(job.looks(10, { rate: 150 })).toEqual(Array(10).fill(2))
    expect(job.parallelism.figures).toEqual({ parts: 2, atMost: 2, why: '2 parts are 1.5 times as fast as 1' })
  })

  it('goes back to one if it is not faster, and tries again after a pause that doubles', () => {
    const job = new Watched(2)
    job.looks(3)
    expect(job.looks(3, { rate: 105 })).toEqual([2, 2, 1])
    const looksOfPause = 60_000 / lookMs
    expect(job.looks(looksOfPause - 1)).toEqual(Array(looksOfPause - 1).fill(1))
    expect(job.looks(1)).toEqual([2])
    expect(job.looks(3)).toEqual([2, 2, 1])
    expect(job.looks(2 * looksOfPause - 1)).toEqual(Array(2 * looksOfPause - 1).fill(1))
    expect(job.looks(1)).toEqual([2])
  })

  it('tries again later where a try takes long, as that of a large state does', () => {
    const job = new Watched(2)
    job.looks(3)
    job.atMs += 10_000
    expect(job.looks(3, { rate: 105 })).toEqual([2, 2, 1])
    expect(job.looks((30 * 10_000) / lookMs)).not.toContain(2)
    expect(job.looks((30 * 3 * lookMs) / lookMs)).toContain(2)
  })

  it.each<[string, Does]>([
    ['it keeps up with its records', { behind: false }],
    ['something else than its threads holds it up', { busy: 0.85 }],
    ['most of its time goes to other work than that of operators', { inOperators: 0.4 }],
    ['no processor of the machine is free', { idle: 0.4 }],
    ['its state is too large to go over to others', { stateBytes: 2e9 }],
  ])('stays in one where %s', (why, does) => {
    const job = new Watched(2)
    expect(job.looks(20, does)).toEqual(Array(20).fill(1))
    expect(job.parallelism.figures.why).toBe(why)
  })

  it('goes back to one once it has had little to do for half a minute', () => {
    const job = new Watched(2)
    job.looks(3)
    job.looks(3, { rate: 200 })
    expect(job.looks(59, { behind: false, busy: 0.1 })).toEqual(Array(59).fill(2))
    expect(job.looks(3, { behind: false, busy: 0.1 })).toContain(1)
  })
})

it('a job takes twice as many parts as long as more are faster, and never more than it may', () => {
  const job = new Watched(6)
  job.looks(3)
  job.looks(3, { rate: 200 })
  expect(job.looks(1, { rate: 200 })).toEqual([4])
  job.looks(3, { rate: 390 })
  expect(job.looks(1, { rate: 390 })).toEqual([6])
  expect(job.looks(3, { rate: 391 })).toEqual([6, 6, 4])
})
