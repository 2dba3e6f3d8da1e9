import { float64, int32, int64, list, minutes, record, schema, stream, text, timestamp } from '@millrace/sdk'

/** A file of the archive: semicolons, times without a zone (they are UTC), columns that nobody reads left out. */
export const readings = stream('readings', {
  schema: schema({
    sensor_id: int32(),
    sensor_type: text(),
    location: int32(),
    timestamp: timestamp({ format: "yyyy-MM-dd'T'HH:mm:ss", zone: 'UTC' }),
    P1: float64({ optional: true }),
    P2: float64({ optional: true }),
  }),
  format: { kind: 'csv', separator: ';', header: 'present' },
  time: 'timestamp',
  watermark: { boundedOutOfOrderness: minutes(5) },
  key: ['sensor_id'],
})

/** What the network's interface answers: every measurement of a sensor is an element of a list, its number a text. */
export const snapshot = stream('snapshot', {
  schema: schema({
    id: int64(),
    timestamp: timestamp({ format: "yyyy-MM-dd'T'HH:mm:ss", zone: 'UTC' }),
    location: record({ id: int32() }),
    sensor: record({ id: int32(), sensor_type: record({ name: text() }) }),
    // A dust sensor of the type PPD42NS says 0.62 where it saw nothing.
    sensordatavalues: list(record({ value: float64({ fromText: true, missing: [0.62] }), value_type: text() })),
  }),
  format: 'json',
  time: 'timestamp',
  watermark: { boundedOutOfOrderness: minutes(10) },
  key: ['sensor.id'],
})

/**
 * What a poller got that asks the interface every minute: lists in a list, and the poller's own clock in Berlin's local
 * time, on the night in which the hour from two to three came twice.
 */
export const polls = stream('polls', {
  schema: schema({
    poll_local: timestamp({ format: "yyyy-MM-dd'T'HH:mm:ss", zone: 'Europe/Berlin' }),
    sensor: int32(),
    body: list(
      record({
        id: int64(),
        timestamp: timestamp({ format: 'yyyy-MM-dd HH:mm:ss', zone: 'UTC' }),
        sensordatavalues: list(record({ value: float64({ fromText: true }), value_type: text() })),
      }),
    ),
  }),
  format: 'ndjson',
  time: 'poll_local',
  watermark: { boundedOutOfOrderness: minutes(1) },
  key: ['sensor'],
})
