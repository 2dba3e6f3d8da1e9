import { app, hopping, minutes } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('order', {}, (from) => ({
  counts: from(input)
    .keyBy('sensor')
    .window(hopping(minutes(2), minutes(1)))
    .aggregate((_, { count }) => ({ rows: count() })),
}))
