import { app, hopping, minutes, tumbling } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('sums', {}, (from) => ({
  windows: from(input)
    .window(tumbling(minutes(1)))
    .aggregate((r, { sum, avg }) => ({ total: sum(r.value), mean: avg(r.value) })),
  hopping: from(input)
    .window(hopping(minutes(2), minutes(1)))
    .aggregate((r, { sum, avg }) => ({ total: sum(r.value), mean: avg(r.value) })),
  running: from(input).aggregate((r, { sum, avg }) => ({ total: sum(r.value), mean: avg(r.value) })),
}))
