import { app, minutes, seconds, tumbling } from '@millrace/sdk'
import { readings } from '../readings.ts'

const north = readings({ idleTimeout: seconds(30) }, 'north')
const south = readings({ idleTimeout: seconds(30) }, 'south')

export default app('whole', {}, (from) => ({
  counts: from(north)
    .union(from(south))
    .window(tumbling(minutes(1)))
    .aggregate((r, { count, sum }) => ({ rows: count(), total: sum(r.value) })),
  passed: from(north).filter((r) => r.value > 1),
}))
