import { app, hopping, minutes, tumbling } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('counts', {}, (from) => ({
  plain: from(input)
    .window(tumbling(minutes(7)))
    .aggregate((_, { count }) => ({ rows: count() })),
  offset: from(input)
    .window(tumbling(minutes(7), { offset: minutes(3) }))
    .aggregate((_, { count }) => ({ rows: count() })),
  hopping: from(input)
    .window(hopping(minutes(14), minutes(7), { offset: minutes(3) }))
    .aggregate((_, { count }) => ({ rows: count() })),
}))
