import { app } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('tests', {}, (from) => ({
  mapped: from(input).map((r) => ({
    choice: r.value > 2 ? 'high' : 'low',
    turned: !(r.value > 2) ? 'low' : 'high',
    absent: r.value === null,
    replaced: r.value ?? -1,
    both: r.value > 2 && r.sensor === 'a',
    either: r.value > 2 || r.sensor === 'a',
    text: `${r.sensor}: ${r.value}`,
  })),
  kept: from(input).filter((r) => r.value > 2),
  dropped: from(input).filter((r) => !(r.value > 2)),
}))
