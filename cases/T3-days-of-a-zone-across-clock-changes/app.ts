import { app, days, tumbling } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('days', {}, (from) => ({
  berlin: from(input)
    .window(tumbling(days(1), { zone: 'Europe/Berlin' }))
    .aggregate((_, { count }) => ({ rows: count() })),
  utc: from(input)
    .window(tumbling(days(1)))
    .aggregate((_, { count }) => ({ rows: count() })),
  twoDays: from(input)
    .window(tumbling(days(2), { zone: 'Europe/Berlin' }))
    .aggregate((_, { count }) => ({ rows: count() })),
}))
