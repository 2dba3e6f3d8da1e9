import { app, hopping, minutes } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings({ watermark: { boundedOutOfOrderness: minutes(5) } })

export default app('folds', {}, (from) => ({
  sums: from(input)
    .window(hopping(minutes(2), minutes(1)))
    .aggregate((r, { sum, avg, first, last }) => ({ total: sum(r.value), mean: avg(r.value), first: first(r.value), last: last(r.value) })),
}))
