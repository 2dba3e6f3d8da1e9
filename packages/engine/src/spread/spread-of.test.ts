import type { Plan } from '@millrace/plan'
import { app, float64, int64, list, minutes, record, schema, stream, text, timestamp, tumbling } from '@millrace/sdk'
import { describe, expect, it } from 'vitest'
import { spreadOf } from './spread-of.ts'

const fields = schema({
  at: timestamp({ format: 'epoch-ms' }),
  site: text({ optional: true }),
  id: int64(),
  value: float64(),
  parts: list(record({ kind: text(), size: float64() })),
})
const readings = stream('readings', { schema: fields, format: 'ndjson', time: 'at', watermark: 'monotonic', idleTimeout: null })

/** By operator the columns that it is spread by; why others stay whole; or why the plan does. */
function spreadText({ plan }: { readonly plan: Plan }): string {
  const spread = spreadOf(plan)
  if (!spread.spread) return `not: ${spread.reason}`
  const by = Object.entries(spread.by).map(([id, columns]) => `${id} by ${columns.join(', ')}`)
  return [...by, ...Object.entries(spread.whole).map(([, reason]) => `whole: ${reason}`)].join('; ')
}

describe('a plan can be spread', () => {
  it('by the key of an operator, also with its alerts', () => {
    const plan = app('windows', {}, (from) => {
      const windows = from(readings)
        .keyBy('site', 'id')
        .window(tumbling(minutes(1)))
        .aggregate((_, { count }) => ({ rows: count() }))
      return { windows, alerts: windows.alert({ when: (w) => w.rows > 3, message: () => 'many' }) }
    })
    expect(spreadText(plan)).toBe('aggregate-1 by site, id; alert-1 by site, id')
  })

  it('by a column that only a map makes', () => {
    const plan = app('mapped', {}, (from) => ({
      totals: from(readings)
        .map((r) => ({ place: `${r.site}/${r.id}`, value: r.value }))
        .keyBy('place')
        .aggregate((r, { sum }) => ({ total: sum(r.value) })),
    }))
    expect(spreadText(plan)).toBe('aggregate-1 by place')
  })

  it('by the columns that all operators in a row have in their key, whatever they call them', () => {
    const plan = app('row', {}, (from) => ({
      again: from(readings)
        .keyBy('site', 'id')
        .aggregate((_, { count }) => ({ rows: count() }))
        .map((t) => ({ rows: t.rows, sensor: t.id }))
        .keyBy('sensor', 'rows')
        .aggregate((_, { count }) => ({ times: count() })),
    }))
    expect(spreadText(plan)).toBe('aggregate-1 by id; aggregate-2 by sensor')
  })

  it('in part, where some of its operators have no key', () => {
    const plan = app('both', {}, (from) => ({
      totals: from(readings).aggregate((_, { count }) => ({ rows: count() })),
      keyed: from(readings)
        .keyBy('id')
        .aggregate((_, { count }) => ({ rows: count() })),
    }))
    expect(spreadText(plan)).toMatch(/^aggregate-\d by id; whole: aggregate-\d has no key$/)
  })
})

describe('a plan cannot be spread', () => {
  it('without state', () => {
    const plan = app('filtered', {}, (from) => ({
      high: from(readings)
        .filter((r) => r.value > 1)
        .map((r) => ({ id: r.id })),
    }))
    expect(spreadText(plan)).toBe('not: no operator has state')
  })

  it('without a key', () => {
    const plan = app('total', {}, (from) => ({ totals: from(readings).aggregate((_, { count }) => ({ rows: count() })) }))
    expect(spreadText(plan)).toBe('not: aggregate-1 has no key')
  })

  it('by what differs between the elements of a list', () => {
    const plan = app('elements', {}, (from) => ({
      kinds: from(readings)
        .explode('parts')
        .map((p) => ({ kind: p.parts.kind, label: `${p.parts.kind}`, size: p.parts.size }))
        .keyBy('kind', 'label')
        .aggregate((p, { sum }) => ({ size: sum(p.size) })),
    }))
    expect(spreadText(plan)).toBe('not: aggregate-1 has no key column that all elements of a record share')
  })

  it('by columns that a later operator does not have', () => {
    const plan = app('regrouped', {}, (from) => ({
      again: from(readings)
        .keyBy('site', 'id')
        .aggregate((_, { count }) => ({ rows: count() }))
        .keyBy('rows')
        .aggregate((_, { count }) => ({ times: count() })),
    }))
    expect(spreadText(plan)).toBe('not: aggregate-2 has no key column of aggregate-1')
  })

  it('where results that come at once are counted', () => {
    const plan = app('numbered', {}, (from) => ({
      totals: from(readings)
        .keyBy('site')
        .window(tumbling(minutes(1)))
        .aggregate((_, { count }) => ({ rows: count() }))
        .keyBy('site')
        .aggregate((w, { sum }) => ({ rows: sum(w.rows) })),
    }))
    expect(spreadText(plan)).toBe('not: aggregate-2 counts on the order of all results that come at once')
  })
})
