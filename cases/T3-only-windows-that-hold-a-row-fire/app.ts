import { app, hopping, minutes, tumbling } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('counts', {}, (from) => ({
  perMinute: from(input)
    .window(tumbling(minutes(1)))
    .aggregate((_, { count }) => ({ rows: count() })),
  hopping: from(input)
    .keyBy('sensor')
    .window(hopping(minutes(3), minutes(1)))
    .aggregate((_, { count }) => ({ rows: count() })),
}))
