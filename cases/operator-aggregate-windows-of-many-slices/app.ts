import { app, hopping, hours, minutes } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

// Thirty slices a window: an engine may keep parts of them joined, and a late record must mend those.
export default app('many-slices', {}, (from) => ({
  sums: from(input)
    .keyBy('sensor')
    .window(hopping(hours(1), minutes(2)), { allowedLateness: minutes(20) })
    .aggregate((r, { count, sum, max, first, last }) => ({
      rows: count(),
      total: sum(r.value),
      highest: max(r.value),
      first: first(r.value),
      last: last(r.value),
    })),
}))
