import { type Member, membersOfSnapshot, openSharedJob, type SharedJob, shapeOf } from '@millrace/engine'
import { type Plan, streamFields } from '@millrace/plan'
import { app, hopping, minutes, tumbling } from '@millrace/sdk'
import { describe, expect, it } from 'vitest'
import { every, readings } from './apps.ts'
import { batchOf, type PlainRow, rowTexts } from './small-job.ts'

const params = { site: 'north', least: 0.5, many: 2 }

/** Counts of one site's values above a threshold, and an alert where there are many. */
const { plan } = app('counts', { params }, (from) => {
  const counts = from(readings)
    .filter((r, p) => r.site === p.site && r.value > p.least)
    .window(tumbling(minutes(1)))
    .aggregate((r, { count, sum }) => ({ rows: count(), total: sum(r.value) }))
  return { counts, alerts: counts.alert({ when: (w, p) => w.rows >= p.many, message: (w) => `${w.rows} rows` }) }
})

const member = (id: string, own: Partial<typeof params> = {}): Member => ({ id, plan, params: { ...params, ...own } })

class Run {
  readonly told: string[] = []
  readonly job: SharedJob
  /** Most rows that one call of `run` gave. */
  mostRows = 0
  private sequence: number

  constructor(members: Iterable<Member>, options: { readonly snapshot?: Uint8Array; readonly budgetRows?: number } = {}, sequence = 0) {
    this.sequence = sequence
    this.job = openSharedJob(members, {
      sink: { rows: (output, rows) => this.told.push(...rowTexts(output, rows)), late: (id, rows) => this.told.push(...rowTexts(`late ${id}`, rows)) },
      ...options,
    })
  }

  push(rows: readonly PlainRow[]): this {
    const batch = batchOf(streamFields(plan.streams['readings'] as Plan['streams'][string]), rows)
    this.job.push({ kind: 'rows', stream: 'readings', sequence: this.sequence, batch, from: 0, to: rows.length, ingestion: 0 })
    this.sequence += rows.length
    return this.finish()
  }

  end(): this {
    this.job.push({ kind: 'end', sequence: this.sequence++ })
    return this.finish()
  }

  private finish(): this {
    for (let more = true; more; ) {
      const before = this.told.length
      more = this.job.run() === 'more'
      this.mostRows = Math.max(this.mostRows, this.told.length - before)
    }
    return this
  }
}

const reading = (minute: number, site: string, value: number): PlainRow => ({ at: minute * 60_000, site, id: 1, value, on: true })
const counts = (told: readonly string[]): string[] => told.filter((row) => row.includes('/counts'))

describe('shapes', () => {
  it('plans that differ only in constants, params and their name have one shape', () => {
    expect(shapeOf(plan, { site: 'x', least: 3.25, many: 9 })).toBe(shapeOf(plan))
    expect(shapeOf({ ...plan, name: 'other' })).toBe(shapeOf(plan))
    expect(shapeOf(replaced({ kind: 'param', name: 'site' }, { kind: 'literal', value: 'south' }))).toBe(shapeOf(plan))
    expect(shapeOf(replaced({ kind: 'param', name: 'least' }, { kind: 'literal', value: 7 }))).toBe(shapeOf(plan))
  })

  it('whatever else differs makes another shape', () => {
    const others = [replaced('gt', 'ge'), replaced(60_000, 120_000), replaced('rows', 'lines')]
    const shapes = others.map((other) => shapeOf(other))
    expect(new Set([shapeOf(plan), ...shapes]).size).toBe(4)
  })

  it('a whole number and a fraction that are reckoned with differ in type', () => {
    const scaled = (by: number): Plan => {
      const text = JSON.stringify(app('scaled', {}, (from) => ({ scaled: from(readings).map((r) => ({ value: r.id * 12_345 })) })).plan)
      return JSON.parse(text.replace('12345', String(by))) as Plan
    }
    expect(shapeOf(scaled(2))).toBe(shapeOf(scaled(3)))
    expect(shapeOf(scaled(2))).not.toBe(shapeOf(scaled(2.5)))
  })

  it('totals over windows share nothing, as they are numbered through all keys', () => {
    expect(shapeOf(every.plan)).toBeTypeOf('string')
    const totals = app('totals', {}, (from) => ({
      totals: from(readings)
        .window(hopping(minutes(2), minutes(1)))
        .aggregate((_, { count }) => ({ rows: count() }))
        .aggregate((w, { sum }) => ({ rows: sum(w.rows) })),
    }))
    expect(shapeOf(totals.plan)).toBeNull()
    expect(() => openSharedJob([{ id: 'a', plan: totals.plan }], { sink: { rows() {}, late() {} } })).toThrow(
      expect.objectContaining({ code: 'PLAN_NOT_SHARED' }),
    )
  })
})

/** The plan with another part in the place of one. */
function replaced(part: unknown, other: unknown): Plan {
  return JSON.parse(JSON.stringify(plan).replaceAll(JSON.stringify(part), JSON.stringify(other))) as Plan
}

describe('a shared job', () => {
  it('tells each member its own rows', () => {
    const run = new Run([member('a'), member('b', { site: 'south' }), member('c', { least: 3.5 })])
    run.push([reading(0, 'north', 1), reading(0, 'north', 4), reading(0, 'south', 2), reading(1, 'west', 9)])
    expect(counts(run.told).sort()).toEqual([
      'a/counts 3.0 windowStart=0 windowEnd=60000 rows=2 total=5',
      'b/counts 3.0 windowStart=0 windowEnd=60000 rows=1 total=2',
      'c/counts 3.0 windowStart=0 windowEnd=60000 rows=1 total=4',
    ])
  })

  it('counts by member', () => {
    const run = new Run([member('a'), member('b', { site: 'south' }), member('idle', { site: 'east' })])
    run.push([reading(0, 'north', 1), reading(0, 'north', 4), reading(1, 'south', 2)])
    const stats = run.job.memberStats()
    expect(run.job.stats().records).toEqual({ readings: 3 })
    expect(stats.get('a')).toEqual({
      outputs: { counts: { rows: 1, revisions: 0 }, alerts: { rows: 1, revisions: 0 } },
      windows: { [windows]: { fired: 1, revised: 0, tooLate: 0, open: 0 } },
      alerts: { [alerts]: { opened: 1, updated: 0, cleared: 0, withdrawn: 0, openNow: 1 } },
      keys: 1,
    })
    expect(stats.get('b')).toMatchObject({ windows: { [windows]: { fired: 0, open: 1 } }, keys: 1 })
    expect(stats.get('idle')).toMatchObject({ outputs: { counts: { rows: 0 } }, keys: 0 })
  })

  it('runs text of tenants only as data', () => {
    const hostile = ["'; throw 1//", '"] + q0 + ["', '{k}', '__proto__', '\u2028']
    const run = new Run(hostile.map((site, at) => member(`${site}${at}`, { site })))
    run.push([...hostile.map((site) => reading(0, site, 1)), reading(1, '', 1)])
    expect(counts(run.told)).toEqual(hostile.map((site, at) => `${site}${at}/counts 5.0 windowStart=0 windowEnd=60000 rows=1 total=1`))
  })

  it('answers more when its budget is told', () => {
    const members = Array.from({ length: 50 }, (_, at) => member(`m${at}`))
    const rows = Array.from({ length: 40 }, (_, at) => reading(at, 'north', 1))
    const whole = new Run(members).push(rows).end()
    const slow = new Run(members, { budgetRows: 1 }).push(rows).end()
    expect(slow.told.toSorted()).toEqual(whole.told.toSorted())
    expect(slow.mostRows).toBeLessThan(whole.mostRows)
  })

  it('takes no second input, and gives no snapshot, before it is done', () => {
    const { job } = new Run([member('a')])
    job.push({ kind: 'end', sequence: 0 })
    expect(() => job.push({ kind: 'end', sequence: 1 })).toThrow('run the job until it is done')
    expect(() => job.snapshot()).toThrow('run the job until it is done')
  })

  it('refuses a stream that its plan does not read, and goes on', () => {
    const run = new Run([member('a')])
    const batch = batchOf([], [])
    expect(() => run.job.push({ kind: 'rows', stream: 'other', sequence: 0, batch: { ...batch, rows: 1 }, from: 0, to: 1, ingestion: 0 })).toThrow(
      expect.objectContaining({ code: 'JOB_STREAM_UNKNOWN' }),
    )
    expect(counts(run.push([reading(0, 'north', 1)]).end().told)).toHaveLength(1)
  })

  it('refuses members of another shape, given twice, or none', () => {
    const open = (members: readonly Member[]) => () => new Run(members)
    expect(open([member('a'), { id: 'b', plan: replaced('gt', 'ge') }])).toThrow(expect.objectContaining({ code: 'SHARED_MEMBER_OF_OTHER_SHAPE' }))
    expect(open([member('a'), member('a')])).toThrow(expect.objectContaining({ code: 'SHARED_MEMBER_TWICE' }))
    expect(open([])).toThrow(expect.objectContaining({ code: 'SHARED_MEMBERS_NONE' }))
  })
})

const windows = plan.outputs['counts'] as string
const alerts = plan.outputs['alerts'] as string

describe('members that come and go', () => {
  const first = [reading(0, 'north', 1), reading(0, 'south', 2), reading(0, 'north', 3)]
  const later = [reading(0, 'north', 5), reading(1, 'north', 7), reading(2, 'south', 1)]
  const all = [member('a'), member('b', { site: 'south' }), member('c', { least: 2.5 })]
  const snapshot = new Run(all).push(first).job.snapshot()

  it('those that stay go on, in whatever order they are given', () => {
    const whole = new Run(all).push(first).push(later).end().told
    const rest = new Run([member('c', { least: 2.5 }), member('a')], { snapshot }, first.length).push(later).end().told
    const staying = whole.filter((row) => !row.startsWith('b/'))
    expect(rest.toSorted()).toEqual(staying.toSorted())
    expect(rest.filter((row) => row.startsWith('a/'))).toEqual(staying.filter((row) => row.startsWith('a/')))
  })

  it('a snapshot names its members, and what one left with is gone', () => {
    expect([...membersOfSnapshot(snapshot)].sort()).toEqual(['a', 'b', 'c'])
    const without = new Run([member('a')], { snapshot }, first.length)
    expect(without.job.memberStats().get('a')?.keys).toBe(1)
    expect(without.job.stats().keys).toBe(1)
  })

  it('a new one begins with no other clock than its own: it is refused', () => {
    expect(() => new Run([...all, member('new')], { snapshot })).toThrow(expect.objectContaining({ code: 'SHARED_MEMBER_NEW' }))
  })

  it('a snapshot of another shape, or a damaged one, is refused', () => {
    const other: Member = { id: 'a', plan: replaced('gt', 'ge') }
    expect(() => new Run([other], { snapshot })).toThrow(expect.objectContaining({ code: 'SNAPSHOT_OF_OTHER_PLAN' }))
    for (let length = 0; length < 64; length++)
      expect(() => new Run(all, { snapshot: snapshot.subarray(0, length) })).toThrow(expect.objectContaining({ code: 'SNAPSHOT_DAMAGED' }))
    for (let at = 0; at < 200; at++) {
      const damaged = snapshot.slice()
      damaged[at] = (damaged[at] as number) ^ 1
      expect(() => membersOfSnapshot(damaged), `${at}`).toThrow(expect.objectContaining({ code: 'SNAPSHOT_DAMAGED' }))
    }
  })
})
