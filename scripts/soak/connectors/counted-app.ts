import { app, float64, int32, int64, milliseconds, schema, seconds, stream, timestamp, tumbling } from '@millrace/sdk'

const columns = { sensor: int32(), at: timestamp({ format: 'epoch-ms' }), value: float64(), number: int64() }
const declared = {
  schema: schema(columns),
  format: 'ndjson',
  time: 'at',
  watermark: { boundedOutOfOrderness: milliseconds(300) },
  idleTimeout: milliseconds(400),
} as const

/** From a topic of Kafka, which says where its messages are. */
const measured = stream('measured', declared)
/** From a queue of RabbitMQ, which hands messages out again. */
const reported = stream('reported', { ...declared, messageId: 'number' })

/** Windows that late records revise, and a row a record. */
export const { plan } = app('counted', {}, (from) => {
  const both = from(measured).union(from(reported)).keyBy('sensor')
  return {
    windows: both
      .window(tumbling(seconds(1)), { allowedLateness: seconds(3) })
      .aggregate((r, { count, max }) => ({ readings: count(), highest: max(r.value) })),
    totals: both.aggregate((r, { count, sum }) => ({ readings: count(), total: sum(r.number) })),
  }
})

export const streams = ['measured', 'reported'] as const
export const outputs = ['windows', 'totals'] as const
export type StreamName = (typeof streams)[number]
export type OutputName = (typeof outputs)[number]
