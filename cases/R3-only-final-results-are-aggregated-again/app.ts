import { app, hours, minutes, tumbling } from '@millrace/sdk'
import { readings } from '../readings.ts'

const input = readings()

export default app('twice', {}, (from) => {
  const perSensor = from(input)
    .keyBy('sensor')
    .window(tumbling(minutes(1)), { allowedLateness: minutes(2) })
    .aggregate((r, { count, sum }) => ({ rows: count(), total: sum(r.value) }))
    .final()
  return {
    perSensor,
    overall: perSensor.window(tumbling(minutes(5))).aggregate((w, { count, sum, max }) => ({ results: count(), rows: sum(w.rows), highest: max(w.total) })),
    running: perSensor.keyBy('sensor').aggregate((w, { count, last }) => ({ results: count(), lastEnd: last(w.windowEnd) })),
  }
})

/** Without `.final()` every revision would be counted. */
export const refused = () =>
  app('twice', {}, (from) => ({
    overall: from(input)
      .keyBy('sensor')
      .window(tumbling(minutes(1)), { allowedLateness: minutes(2) })
      .aggregate((_, { count }) => ({ rows: count() }))
      .window(tumbling(hours(1)))
      .aggregate((w, { sum }) => ({ rows: sum(w.rows) })),
  }))
