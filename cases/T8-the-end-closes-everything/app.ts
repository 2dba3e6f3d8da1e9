import { app, days, minutes, tumbling } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('end', {}, (from) => ({
  minutes: from(input)
    .keyBy('sensor')
    .window(tumbling(minutes(1)), { allowedLateness: days(1) })
    .aggregate((r, { sum }) => ({ total: sum(r.value) })),
  final: from(input)
    .window(tumbling(minutes(1)), { allowedLateness: days(1) })
    .aggregate((r, { sum }) => ({ total: sum(r.value) }))
    .final(),
  alerts: from(input)
    .keyBy('sensor')
    .alert({ when: (r) => r.value > 5, message: 'high', clearAfter: days(365) }),
}))
