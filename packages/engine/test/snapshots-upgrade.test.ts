import { compareState, type JobOptions, type StateFate } from '@millrace/engine'
import type { AggregateOperator, Plan, Watermark } from '@millrace/plan'
import { app, minutes, tumbling } from '@millrace/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { every, readings } from './apps.ts'
import { randomRows } from './random-rows.ts'
import { type PlainRow, SmallJob, withoutBytes } from './small-job.ts'

const minuteMs = 60_000
const row = (minute: number, more: PlainRow = {}): PlainRow => ({ at: minute * minuteMs, site: 'north', id: 1, value: 1, on: true, ...more })

/** A job of the second plan that goes on from the state of the first's. */
function upgraded(before: Plan, rows: readonly PlainRow[], after: Plan, more: Partial<JobOptions> = {}): SmallJob {
  const snapshot = new SmallJob(before).push(rows).job.snapshot()
  return new SmallJob(after, { snapshot, upgrade: true, ...more }, rows.length)
}

/** Of what is not kept. */
const lost = (fates: readonly StateFate[]): string[] =>
  fates.filter(({ fate }) => fate !== 'kept').map(({ name, fate, reason }) => `${name} ${fate}: ${reason}`)

interface Variant {
  readonly size?: number
  readonly lateness?: number
  readonly final?: boolean
  readonly key?: 'site' | 'id'
  readonly aggregates?: 'count' | 'count, sum' | 'sum, count' | 'count, last'
}

const counting = ({ size = 10, lateness = 0, final = false, key = 'site', aggregates = 'count' }: Variant): Plan =>
  app('counting', {}, (from) => {
    const windows = from(readings)
      .keyBy(key)
      .window(tumbling(minutes(size)), { allowedLateness: minutes(lateness) })
    const counts = {
      count: () => windows.aggregate((_, { count }) => ({ rows: count() })),
      'count, sum': () => windows.aggregate((r, { count, sum }) => ({ rows: count(), total: sum(r.value) })),
      'sum, count': () => windows.aggregate((r, { count, sum }) => ({ total: sum(r.value), rows: count() })),
      'count, last': () => windows.aggregate((r, { count, last }) => ({ rows: count(), last: last(r.value) })),
    }[aggregates]()
    return { counts: final ? counts.final() : counts }
  }).plan

const totals = (emit: 'record' | 'change'): Plan =>
  app('counting', {}, (from) => ({
    counts: from(readings)
      .keyBy('site')
      .aggregate((_, { count }) => ({ rows: count() }), { emit }),
  })).plan

function alerting(cooldown: number, clearAfter: number): Plan {
  return app('watching', { params: { limit: 5 } }, (from) => ({
    alerts: from(readings)
      .keyBy('site')
      .alert({ when: (r, p) => r.value > p.limit, message: (r) => `${r.value}`, cooldown: minutes(cooldown), clearAfter: minutes(clearAfter) }),
  })).plan
}

/** The plan with another watermark of its stream. */
const marked = (plan: Plan, watermark: Watermark): Plan => ({
  ...plan,
  streams: Object.fromEntries(Object.entries(plan.streams).map(([name, node]) => [name, { ...node, watermark }])),
})

describe('an upgrade', () => {
  it('to a plan that differs in its params alone keeps all', () => {
    const plan = { ...every.plan, params: { ...every.plan.params, other: 1 } }
    expect(lost(compareState(every.plan, plan))).toEqual([])
    fc.assert(
      fc.property(randomRows(40), fc.nat(40), (rows, cut) => {
        const whole = new SmallJob(every.plan).push(rows.slice(0, cut))
        const job = upgraded(every.plan, rows.slice(0, cut), plan)
        const told = whole.told.length
        whole.push(rows.slice(cut)).end()
        expect(job.push(rows.slice(cut)).end().told).toEqual(whole.told.slice(told))
        expect(withoutBytes(job.job.stats())).toEqual(withoutBytes(whole.job.stats()))
      }),
      { numRuns: 30 },
    )
  })

  it('is refused where none was asked for', () => {
    const snapshot = new SmallJob(counting({})).job.snapshot()
    expect(() => new SmallJob(counting({ size: 5 }), { snapshot })).toThrow(expect.objectContaining({ code: 'SNAPSHOT_OF_OTHER_PLAN' }))
  })

  it('keeps windows where an aggregate leaves or aggregates change places', () => {
    const rows = [row(1, { value: 2 }), row(2, { value: 3 })]
    const less = upgraded(counting({ aggregates: 'count, sum' }), rows, counting({ aggregates: 'count' })).end()
    expect(less.told).toEqual(['counts 2.0 site="north" windowStart=0 windowEnd=600000 rows=2'])
    const turned = upgraded(counting({ aggregates: 'count, sum' }), rows, counting({ aggregates: 'sum, count' })).end()
    expect(turned.told).toEqual(['counts 2.0 site="north" windowStart=0 windowEnd=600000 total=5 rows=2'])
  })

  it('drops what means something else, and says what differs', () => {
    const of = (before: Plan, after: Plan): string[] => lost(compareState(before, after))
    expect(of(counting({}), counting({ size: 5 }))).toEqual(['aggregate-1 dropped: window: tumbling 600000 ms before, tumbling 300000 ms now'])
    expect(of(counting({}), counting({ key: 'id' }))).toEqual(['aggregate-1 dropped: key: site string or missing before, id int64 or missing now'])
    expect(of(counting({}), counting({ aggregates: 'count, last' }))).toEqual([
      'aggregate-1 dropped: aggregates not kept before: last of float64 value, last (1) of float64 value',
    ])
    expect(of(counting({}), counting({ final: true, lateness: 1 }))).toEqual(['aggregate-1 dropped: results: revised before, final now'])
    expect(of(counting({}), totals('record'))).toEqual(['aggregate-1 dropped: kind: aggregate over windows before, running aggregate now'])
    expect(of(totals('record'), totals('change'))).toEqual(['aggregate-1 dropped: tells: every record before, rows int64 now'])
    expect(of(alerting(0, 1), counting({}))).toEqual(['aggregate-1 new: ', 'alert-1 dropped: the new plan has no operator of that name'])
    const timed = (time: string | null): Plan => ({ ...totals('record'), streams: { readings: { ...totals('record').streams['readings']!, time } } })
    expect(of(timed('at'), timed(null))).toEqual(['readings dropped: event time: at timestamp before, ingestion time now'])
  })

  it('is told of from a snapshot as from the plan that took it', () => {
    const snapshot = new SmallJob(every.plan).push([row(1)]).job.snapshot()
    for (const plan of [every.plan, counting({}), alerting(0, 1)]) expect(compareState(snapshot, plan)).toEqual(compareState(every.plan, plan))
  })

  it('that drops windows begins them anew', () => {
    const job = upgraded(counting({}), [row(1), row(2)], counting({ size: 5 }))
      .push([row(3)])
      .end()
    expect(job.told).toEqual(['counts 3.0 site="north" windowStart=0 windowEnd=300000 rows=1'])
  })

  it('to more lateness revises no window that took no record any more', () => {
    const rows = [row(1), row(12)]
    const job = upgraded(counting({}), rows, counting({ lateness: 60 })).push([row(2), row(23), row(13), row(3)])
    expect(job.told).toEqual([
      'late aggregate-1 2.0 at=120000 site="north" id=1 value=1 on=true',
      'late aggregate-1 5.0 at=180000 site="north" id=1 value=1 on=true',
      'counts 3.0 site="north" windowStart=600000 windowEnd=1200000 rows=1',
      'counts 4.1 site="north" windowStart=600000 windowEnd=1200000 rows=2',
    ])
  })

  it('to more lateness of final results tells none twice', () => {
    // Of the windows of a minute one always falls due, and lets all operators see the watermark.
    const plan = (lateness: number): Plan => {
      const { operators, outputs, ...more } = counting({ final: true, lateness })
      const minute = { ...(operators[1] as AggregateOperator), id: 'minute', window: { kind: 'tumbling', sizeMs: minuteMs, offsetMs: 0 } as const }
      return { ...more, operators: [...operators, { ...minute, allowedLatenessMs: 0, results: 'revised' }], outputs: { ...outputs, minute: 'minute' } }
    }
    const job = upgraded(plan(5), [row(1), row(12), row(18)], plan(60))
      .push([row(25), row(2), row(14)])
      .end()
    expect(job.told.filter((line) => !line.includes('minute'))).toEqual([
      'late aggregate-1 4.0 at=120000 site="north" id=1 value=1 on=true',
      'counts 6.0 site="north" windowStart=600000 windowEnd=1200000 rows=3',
      'counts 6.0 site="north" windowStart=1200000 windowEnd=1800000 rows=1',
    ])
  })

  it('to less lateness of final results tells what waited, with the next entry', () => {
    const before = counting({ final: true, lateness: 60 })
    const job = upgraded(before, [row(1), row(12), row(23)], counting({ final: true, lateness: 5 })).push([row(24)])
    expect(job.told).toEqual(['counts 3.0 site="north" windowStart=0 windowEnd=600000 rows=1'])
  })

  it('with another bound lets no watermark fall, and follows the bound from the next newer record on', () => {
    const tight = marked(counting({}), { kind: 'bounded', outOfOrdernessMs: 0 })
    const loose = marked(counting({}), { kind: 'bounded', outOfOrdernessMs: 5 * minuteMs })
    expect(lost(compareState(tight, loose))).toEqual([])
    const loosened = upgraded(tight, [row(12)], loose)
    expect(loosened.job.stats().watermarkMs).toEqual({ readings: 12 * minuteMs })
    loosened.push([row(9), row(16), row(18)])
    expect(loosened.told).toEqual(['late aggregate-1 1.0 at=540000 site="north" id=1 value=1 on=true'])
    expect(loosened.job.stats().watermarkMs).toEqual({ readings: 13 * minuteMs })
    const tightened = upgraded(loose, [row(12)], tight).push([row(13)])
    expect(tightened.job.stats().watermarkMs).toEqual({ readings: 13 * minuteMs })
  })

  it('to or from a watermark of the last records lets it not fall either', () => {
    const bounded = marked(counting({}), { kind: 'bounded', outOfOrdernessMs: minuteMs })
    const oldest = (records: number): Plan => marked(counting({}), { kind: 'oldest-of-last', records })
    // Before 1970, where what is not known must not count as 0.
    const rows = (...all: readonly number[]): PlainRow[] => all.map((minute) => row(minute - 100))
    const watermark = (before: Plan, after: Plan, ...more: readonly number[]): number =>
      (upgraded(before, rows(3, 7, 9), after)
        .push(rows(...more))
        .job.stats().watermarkMs['readings'] as number) /
        minuteMs +
      100
    expect([watermark(bounded, oldest(2)), watermark(bounded, oldest(2), 10), watermark(bounded, oldest(2), 10, 11)]).toEqual([8, 8, 10])
    expect(watermark(oldest(2), oldest(3))).toBe(7)
    expect([watermark(oldest(2), oldest(3), 10, 11), watermark(oldest(2), oldest(3), 10, 11, 12)]).toEqual([7, 10])
    expect([watermark(oldest(2), bounded, 8), watermark(oldest(2), bounded, 20)]).toEqual([7, 19])
  })

  it('counts as late for a new operator what is late by the clock that was kept', () => {
    const job = upgraded(alerting(0, 1), [row(12)], counting({}))
      .push([row(9), row(13)])
      .end()
    expect(job.told).toEqual([
      'late aggregate-1 1.0 at=540000 site="north" id=1 value=1 on=true',
      'counts 3.0 site="north" windowStart=600000 windowEnd=1200000 rows=1',
    ])
  })

  it('lets open episodes go on under another condition, cooldown and silence', () => {
    const job = upgraded(alerting(0, 10), [row(1, { value: 9 })], alerting(60, 2)).push([row(2, { site: 'south' }), row(4, { site: 'south' })])
    expect(job.told).toEqual(['alerts 2.1 alert="clear" severity="warning" message="9" openedAt=60000 at=60000 site="north" id=1 value=9 on=true'])
  })
})

describe('a restart with other params', () => {
  it('keeps what was told and judges what comes by the new values', () => {
    const plan = alerting(0, 60)
    const first = new SmallJob(plan).push([row(1, { value: 9 }), row(1, { site: 'south', value: 4 })])
    const second = new SmallJob(plan, { snapshot: first.job.snapshot(), params: { limit: 3 } }, 2)
    second.push([row(2, { site: 'south', value: 4 }), row(3, { value: 4 }), row(4, { value: 2 })])
    const told = [...first.told, ...second.told].map((line) => /alert="(\w+)" severity="warning" message="(\d+)"/.exec(line)?.slice(1).join(' '))
    expect(told).toEqual(['open 9', 'open 4', 'update 4', 'clear 4'])
  })
})
