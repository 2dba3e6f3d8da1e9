import { app, hopping, minutes } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('spread', {}, (from) => ({
  windows: from(input)
    .keyBy('sensor')
    .window(hopping(minutes(2), minutes(1)))
    .aggregate((r, { variance, stddev }) => ({ variance: variance(r.value), deviation: stddev(r.value) })),
  running: from(input)
    .keyBy('sensor')
    .aggregate((r, { variance }) => ({ variance: variance(r.value) })),
}))
