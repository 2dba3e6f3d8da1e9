import { app } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('alerts', {}, (from) => ({
  alerts: from(input)
    .keyBy('sensor')
    .alert({ when: (r) => r.value > 5, message: (r) => `value ${r.value}` }),
}))
