import { app } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('totals', {}, (from) => ({
  everyRecord: from(input)
    .keyBy('sensor')
    .aggregate((r, { count, sum, max, avg }) => ({ rows: count(), total: sum(r.value), highest: max(r.value), mean: avg(r.value) })),
  onChange: from(input)
    .keyBy('sensor')
    .aggregate((r, { max, countIf }) => ({ highest: max(r.value), high: countIf(r.value > 10) }), { emit: 'change' }),
  ofAll: from(input).aggregate((r, { count, last }) => ({ rows: count(), last: last(r.sensor) })),
}))
