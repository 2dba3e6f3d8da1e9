import type { Plan, StreamNode } from '@millrace/plan'
import { app, float64, int32, schema, seconds, stream, text, timestamp, tumbling } from '@millrace/sdk'

const readingsStream = stream('readings', {
  schema: schema({ id: text(), sensor: int32(), at: timestamp({ format: 'epoch-ms' }), value: float64() }),
  format: 'ndjson',
  time: 'at',
  watermark: { boundedOutOfOrderness: seconds(0) },
  idleTimeout: null,
  messageId: 'id',
})

/** Sums by sensor in windows of ten seconds, over readings that have message ids. */
export const sums: Plan = app('sums', {}, (from) => ({
  sums: from(readingsStream)
    .keyBy('sensor')
    .window(tumbling(seconds(10)))
    .aggregate((reading, { sum }) => ({ sum: sum(reading.value) })),
})).plan

/** As its plan declares it. */
export const readings = sums.streams['readings'] as StreamNode

/** A reading of sensor 1 with value 1. */
export function line(id: string | number, second: number): string {
  return `${JSON.stringify({ id: String(id), sensor: 1, at: Math.round(second * 1000), value: 1 })}\n`
}
