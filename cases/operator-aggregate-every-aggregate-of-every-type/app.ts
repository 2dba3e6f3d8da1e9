import { app, bool, days, float64, hopping, int32, int64, minutes, schema, stream, text, timestamp } from '@millrace/sdk'

const input = stream('readings', {
  schema: schema({
    at: timestamp({ format: 'iso' }),
    small: int32({ optional: true }),
    whole: int64({ optional: true }),
    real: float64({ optional: true }),
    on: bool({ optional: true }),
    word: text({ optional: true }),
  }),
  format: 'csv',
  time: 'at',
  watermark: { boundedOutOfOrderness: days(1) },
  idleTimeout: null,
})

export default app('aggregates', {}, (from) => ({
  numbers: from(input)
    .window(hopping(minutes(2), minutes(1)))
    .aggregate((r, { sum, avg, min, max, first, last, variance, stddev }) => ({
      smallSum: sum(r.small),
      smallAvg: avg(r.small),
      smallMin: min(r.small),
      smallMax: max(r.small),
      smallFirst: first(r.small),
      smallLast: last(r.small),
      smallVariance: variance(r.small),
      wholeSum: sum(r.whole),
      wholeAvg: avg(r.whole),
      wholeMin: min(r.whole),
      wholeMax: max(r.whole),
      wholeFirst: first(r.whole),
      wholeLast: last(r.whole),
      realSum: sum(r.real),
      realMin: min(r.real),
      realMax: max(r.real),
      realFirst: first(r.real),
      realLast: last(r.real),
      realDeviation: stddev(r.real),
    })),
  others: from(input)
    .window(hopping(minutes(2), minutes(1)))
    .aggregate((r, { count, countIf, min, max, first, last }) => ({
      rows: count(),
      words: count(r.word),
      on: countIf(r.on),
      firstOn: first(r.on),
      lastOn: last(r.on),
      wordMin: min(r.word),
      wordMax: max(r.word),
      wordFirst: first(r.word),
      wordLast: last(r.word),
      atMin: min(r.at),
      atMax: max(r.at),
      longest: max(r.at.minus(r.at)),
      range: max(r.at).minus(min(r.at)).seconds,
      text: `${count()} rows to ${max(r.at)}`,
    })),
}))
