import type { Plan, StreamNode } from '@millrace/plan'
import { app, float64, int32, schema, seconds, stream, timestamp, tumbling } from '@millrace/sdk'

const readingsStream = stream('readings', {
  schema: schema({ sensor: int32(), at: timestamp({ format: 'epoch-ms' }), value: float64() }),
  format: 'ndjson',
  time: 'at',
  watermark: { boundedOutOfOrderness: seconds(0) },
  idleTimeout: null,
})

function countsOver(windowSeconds: number): Plan {
  return app('counts', { params: { least: 1 } }, (from) => {
    const perSensor = from(readingsStream)
      .keyBy('sensor')
      .window(tumbling(seconds(windowSeconds)))
      .aggregate((_reading, { count }) => ({ count: count() }))
    return { counts: perSensor.filter((window, params) => window.count >= params.least) }
  }).plan
}

/** Counts by sensor in windows of ten seconds. */
export const counts = countsOver(10)

/** As `counts`, with another window: its state does not fit. */
export const countsOfMinutes = countsOver(60)

/** As its plan declares it. */
export const readings = counts.streams['readings'] as StreamNode

/** A line for each reading: sensor, second. */
export function lines(...read: readonly (readonly [sensor: number, second: number])[]): string {
  return read.map(([sensor, second]) => `${JSON.stringify({ sensor, at: second * 1000, value: 1 })}\n`).join('')
}
