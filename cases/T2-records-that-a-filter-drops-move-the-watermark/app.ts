import { app, minutes, tumbling } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('counts', {}, (from) => ({
  counts: from(input)
    .filter((r) => r.value > 0)
    .keyBy('sensor')
    .window(tumbling(minutes(1)))
    .aggregate((_, { count }) => ({ rows: count() })),
}))
