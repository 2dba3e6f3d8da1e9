import { app, hopping, minutes } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('counts', {}, (from) => ({
  lossy: from(input)
    .keyBy('sensor')
    .window(hopping(minutes(3), minutes(1)))
    .aggregate((r, { count, sum }) => ({ rows: count(), total: sum(r.value) })),
  revised: from(input)
    .keyBy('sensor')
    .window(hopping(minutes(3), minutes(1)), { allowedLateness: minutes(1) })
    .aggregate((r, { count, sum }) => ({ rows: count(), total: sum(r.value) })),
}))
