import { app, minutes, tumbling } from '@millrace/sdk'
import { readings } from '../readings.ts'

const north = readings({ idleTimeout: minutes(10) }, 'north')
const south = readings({ idleTimeout: minutes(10) }, 'south')

export default app('both', {}, (from) => ({
  counts: from(north)
    .union(from(south))
    .keyBy('sensor')
    .window(tumbling(minutes(1)))
    .aggregate((r, { count, sum }) => ({ rows: count(), total: sum(r.value) })),
}))
