import { app, minutes, tumbling } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('counts', {}, (from) => ({
  counts: from(input)
    .keyBy('sensor')
    .window(tumbling(minutes(1)), { allowedLateness: minutes(2) })
    .aggregate((r, { count, sum }) => ({ rows: count(), total: sum(r.value) })),
}))
