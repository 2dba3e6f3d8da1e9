import { app, float64, int64, schema, stream, timestamp } from '@millrace/sdk'

const input = stream('readings', {
  schema: schema({ at: timestamp({ format: 'iso' }), whole: int64(), real: float64() }),
  format: 'ndjson',
  time: 'at',
  watermark: 'monotonic',
  idleTimeout: null,
})

export default app('failures', {}, (from) => ({
  computed: from(input).map((r) => ({
    quotient: r.real / r.whole,
    remainder: r.whole % 3,
    larger: r.whole * 2,
    largest: r.whole + 1,
    power: r.real ** 400,
    root: Math.sqrt(r.real),
    logarithm: Math.log(r.real),
    floor: Math.floor(r.real),
    // The branch that is not taken is not evaluated, so nothing is counted there.
    guarded: r.whole === 0 ? -1 : 10 / r.whole,
    zero: r.real * 0,
    later: r.at.plus(r.at.minus(r.at)),
  })),
}))
