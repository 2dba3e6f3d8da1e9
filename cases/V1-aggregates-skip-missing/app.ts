import { app, minutes, tumbling } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('skips', {}, (from) => ({
  folded: from(input)
    .window(tumbling(minutes(1)))
    .aggregate((r, { count, countIf, sum, avg, min, max, first, last, variance, stddev }) => ({
      rows: count(),
      present: count(r.value),
      high: countIf(r.value > 2),
      highOfA: count({ where: r.value > 2 && r.sensor === 'a' }),
      total: sum(r.value),
      totalOfA: sum(r.value, { where: r.sensor === 'a' }),
      mean: avg(r.value),
      lowest: min(r.value),
      highest: max(r.value),
      earliest: first(r.value),
      latest: last(r.value),
      variance: variance(r.value),
      deviation: stddev(r.value),
      lowestSensor: min(r.sensor),
      lastSensor: last(r.sensor),
    })),
}))
