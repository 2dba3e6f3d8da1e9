import type { Plan } from '@millrace/plan'
import { app, bool, days, float64, hopping, int32, int64, minutes, type Schema, schema, stream, text, timestamp, tumbling } from '@millrace/sdk'
import { every } from './apps.ts'
import type { Entry } from './snapshots-log.ts'

const fields = schema({
  at: timestamp({ format: 'epoch-ms' }),
  site: text({ optional: true }),
  id: int64({ optional: true }),
  port: int32(),
  on: bool({ optional: true }),
  seen: timestamp({ format: 'epoch-ms', optional: true }),
  value: float64({ optional: true }),
})
type Reading = typeof fields extends Schema<infer R> ? R : never

const options = { schema: fields, format: 'ndjson', time: 'at' } as const
const left = stream<Reading>('left', { ...options, watermark: { boundedOutOfOrderness: minutes(1) }, idleTimeout: minutes(5) })
const right = stream<Reading>('right', { ...options, watermark: { oldestOfLast: 3 }, idleTimeout: minutes(10) })

/** Keys of every type, clocks of every kind, windows of days and of many slices. */
const clocks = app('clocks', { params: { limit: 20 } }, (from) => {
  const both = from(left)
    .map((r) => ({ site: r.site, port: r.port, on: r.on, value: r.value }))
    .union(from(right).map((r) => ({ site: r.site, port: r.port, on: r.on, value: r.value })))
  const sliding = both
    .keyBy('port', 'on')
    .window(hopping(minutes(64), minutes(2)), { allowedLateness: minutes(5) })
    .aggregate((r, { count, stddev, min, max }) => ({ rows: count(), spread: stddev(r.value), lowest: min(r.site), highest: max(r.site) }))
  return {
    sliding,
    daily: both
      .keyBy('site')
      .window(tumbling(days(1), { zone: 'Europe/Berlin' }))
      .aggregate((r, { avg, first }) => ({ mean: avg(r.value), first: first(r.port) })),
    alone: both.window(tumbling(minutes(10)), { allowedLateness: minutes(30) }).aggregate((r, { sum }) => ({ total: sum(r.value) })),
    seen: from(left)
      .keyBy('seen', 'id')
      .aggregate((r, { max, last }) => ({ highest: max(r.value), site: last(r.site) }), { emit: 'change' }),
    alerts: from(right)
      .keyBy('id')
      .alert({ when: (r, p) => r.value > p.limit, message: (r) => `${r.site}: ${r.value}`, clearAfter: minutes(3), cooldown: minutes(4) }),
    crowded: sliding.alert({ when: (w) => w.rows > 3, message: (w) => `${w.rows}`, severity: 'critical' }),
  }
})

/** A plan with a log, of which the first entries are in a snapshot. */
export interface KeptCase {
  readonly plan: Plan
  readonly log: readonly Entry[]
  /** Entries before the snapshot. */
  readonly cut: number
}

export const keptCases: Readonly<Record<string, KeptCase>> = {
  every: { plan: every.plan, log: logOf(['readings'], 400, 5_000), cut: 250 },
  clocks: { plan: clocks.plan, log: logOf(['left', 'right'], 400, 40_000), cut: 250 },
  empty: { plan: clocks.plan, log: logOf(['left', 'right'], 20, 40_000), cut: 0 },
}

/** Records about `stepMs` apart, some late, some without values; now and then a pause or a long silence; at last the end. */
function logOf(streams: readonly string[], records: number, stepMs: number): Entry[] {
  const draw = draws()
  const log: Entry[] = []
  const next = (): number => log.length
  let logMs = 0
  let eventMs = Date.UTC(2024, 2, 30, 20)
  while (log.length < records) {
    const stream = streams[draw(streams.length)] as string
    logMs += draw(stepMs)
    eventMs += draw(2 * stepMs)
    if (draw(30) === 0) log.push({ kind: draw(2) === 0 ? 'paused' : 'resumed', stream, sequence: next(), logMs })
    if (draw(20) === 0) {
      logMs += 20 * stepMs
      log.push({ kind: 'tick', sequence: next(), logMs })
    }
    const at = draw(4) === 0 ? eventMs - draw(20) * stepMs : eventMs
    const row = {
      at,
      site: draw(6) === 0 ? null : ['north', 'south', '', 'Zürich 🏭'][draw(4)],
      id: [0, -1, 2 ** 40, Number.MAX_SAFE_INTEGER, null][draw(5)],
      port: draw(3) - 1,
      on: [true, false, null][draw(3)],
      seen: [0, Date.UTC(2024, 0, 1), null][draw(3)],
      value: draw(8) === 0 ? null : draw(50) - 0.5,
    }
    log.push({
      kind: 'record',
      stream,
      sequence: next(),
      logMs,
      row: { ...row, site: row.site ?? null, id: row.id ?? null, on: row.on ?? null, seen: row.seen ?? null },
    })
  }
  return [...log, { kind: 'end', sequence: next() }]
}

/** Whole numbers below what is asked for, always the same ones (Park and Miller's generator). */
function draws(): (below: number) => number {
  let state = 20_240_330
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}
