import type { Plan, StreamNode } from '@millrace/plan'
import { app, float64, int32, schema, seconds, stream, text, timestamp, tumbling } from '@millrace/sdk'

const readingsStream = stream('readings', {
  schema: schema({ sensor: int32(), hall: text(), at: timestamp({ format: 'epoch-ms' }), value: float64() }),
  format: 'ndjson',
  time: 'at',
  watermark: { boundedOutOfOrderness: seconds(0) },
  idleTimeout: null,
})

function hotOver(windowSeconds: number): Plan {
  return app('hot', { params: { limit: 100 } }, (from) => {
    const perSensor = from(readingsStream)
      .keyBy('sensor', 'hall')
      .window(tumbling(seconds(windowSeconds)))
      .aggregate((reading, { sum }) => ({ sum: sum(reading.value) }))
    return {
      sums: perSensor,
      alerts: perSensor.alert({ when: (w, p) => w.sum > p.limit, severity: 'critical', message: (w) => `sensor ${w.sensor}: ${w.sum}` }),
    }
  }).plan
}

/** An alert a sensor and hall while the sum of ten seconds is above the limit. */
export const hot = hotOver(10)

/** As `hot`, with other windows: its state does not fit. */
export const hotOfMinutes = hotOver(60)

/** As `hot`, an alert a batch that was made at an instant. */
export const batches: Plan = app('batches', {}, (from) => {
  const perBatch = from(
    stream('batches', {
      schema: schema({ made: timestamp({ format: 'iso' }), at: timestamp({ format: 'epoch-ms' }), value: float64() }),
      format: 'ndjson',
      time: 'at',
      watermark: { boundedOutOfOrderness: seconds(0) },
      idleTimeout: null,
    }),
  )
  return { alerts: perBatch.keyBy('made').alert({ when: (reading) => reading.value > 100, severity: 'critical', message: () => 'hot' }) }
}).plan

export const readings = hot.streams['readings'] as StreamNode

export type Reading = readonly [sensor: number, hall: string, second: number, value: number]

/** A line for each reading. */
export function lines(...read: readonly Reading[]): string {
  return read.map(([sensor, hall, second, value]) => `${JSON.stringify({ sensor, hall, at: second * 1000, value })}\n`).join('')
}
