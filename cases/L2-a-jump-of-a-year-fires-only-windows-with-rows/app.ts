import { app, hopping, minutes, seconds, tumbling } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('jump', {}, (from) => ({
  minutes: from(input)
    .keyBy('sensor')
    .window(tumbling(minutes(1)))
    .aggregate((_, { count }) => ({ rows: count() })),
  seconds: from(input)
    .keyBy('sensor')
    .window(hopping(seconds(5), seconds(1)))
    .aggregate((_, { count }) => ({ rows: count() })),
}))
