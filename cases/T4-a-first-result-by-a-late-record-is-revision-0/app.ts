import { app, hopping, minutes } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('counts', {}, (from) => ({
  counts: from(input)
    .keyBy('sensor')
    .window(hopping(minutes(2), minutes(1)), { allowedLateness: minutes(5) })
    .aggregate((r, { count, sum }) => ({ rows: count(), total: sum(r.value) })),
}))
