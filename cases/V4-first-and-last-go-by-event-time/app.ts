import { app, hopping, minutes } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings({ watermark: { boundedOutOfOrderness: minutes(5) } })

export default app('ends', {}, (from) => ({
  windows: from(input)
    .window(hopping(minutes(2), minutes(1)))
    .aggregate((r, { first, last }) => ({
      first: first(r.value),
      firstSensor: first(r.sensor),
      last: last(r.value),
      lastSensor: last(r.sensor),
      lastAt: last(r.at),
    })),
  running: from(input).aggregate((r, { first, last }) => ({ first: first(r.value), last: last(r.value) })),
}))
