import { app, minutes, tumbling } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('alerts', {}, (from) => ({
  alerts: from(input)
    .keyBy('sensor')
    .window(tumbling(minutes(1)), { allowedLateness: minutes(5) })
    .aggregate((r, { sum }) => ({ total: sum(r.value) }))
    .alert({ when: (w) => w.total > 5, message: (w) => `total ${w.total}`, cooldown: minutes(10) }),
}))
