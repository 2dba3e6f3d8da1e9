import { app } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('alerts', {}, (from) => ({
  alerts: from(input)
    .keyBy('sensor')
    .aggregate((r, { sum, last }) => ({ total: sum(r.value), latest: last(r.value) }))
    .alert({ when: (t) => t.total > 10, message: (t) => `total ${t.total}`, severity: 'critical' }),
}))
