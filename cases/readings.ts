import { float64, type Schema, type Stream, type StreamOptions, schema, stream, text, timestamp } from '@millrace/sdk'

const reading = schema({ at: timestamp({ format: 'iso' }), sensor: text({ optional: true }), value: float64({ optional: true }) })
export type Reading = typeof reading extends Schema<infer R> ? R : never

/**
 * The stream that most cases read: lines of `at,sensor,value`. Its watermark is the highest event time and it is
 * never idle, unless a case says otherwise.
 */
export function readings(options: Partial<StreamOptions<Reading>> = {}, name = 'readings'): Stream<Reading> {
  return stream(name, { schema: reading, format: 'csv', time: 'at', watermark: 'monotonic', idleTimeout: null, ...options })
}
