import { bool, float64, int32, int64, minutes, schema, stream, timestamp } from '@millrace/sdk'

/** What the stations' gateway sends: an alarm of a datapoint goes on or off. 999999 stands for "no value". */
const alarmSchema = schema({
  station_id: int64(),
  datapoint_id: int32(),
  alarm_id: int32(),
  event_time: timestamp({ format: 'yyyy-MM-dd HH:mm:ss', zone: 'UTC' }),
  value: float64({ missing: [999999] }),
  valueThreshold: float64({ missing: [999999] }),
  isActive: bool(),
})

/** Alarms may come ten minutes out of order. */
export const alarms = stream('alarms', {
  schema: alarmSchema,
  format: 'csv',
  time: 'event_time',
  watermark: { boundedOutOfOrderness: minutes(10) },
  idleTimeout: minutes(1),
  key: ['station_id', 'datapoint_id', 'alarm_id'],
})

/** The same records, where event time has come as far as the oldest of the last 200 records, however long that takes. */
export const alarmsByCount = stream('alarms', {
  schema: alarmSchema,
  format: 'csv',
  time: 'event_time',
  watermark: { oldestOfLast: 200 },
  idleTimeout: null,
  key: ['station_id', 'datapoint_id', 'alarm_id'],
})

/**
 * The published file of real alarms: an alarm has a beginning and, once it is over, an end. It is sorted by
 * neither (records come up to an hour late), and a gateway writes 999991 for "detected".
 */
export const recordedAlarms = stream('recorded', {
  schema: schema({
    id: int64(),
    station_id: int64(),
    alarm_id: int32(),
    parameter_id: int32(),
    start_time: timestamp({ format: 'yyyy-MM-dd HH:mm:ss', zone: 'UTC' }),
    end_time: timestamp({ format: 'yyyy-MM-dd HH:mm:ss', zone: 'UTC', optional: true }),
    value: float64({ missing: [999999, 999991] }),
    threshold: float64({ missing: [999999] }),
  }),
  format: 'csv',
  time: 'start_time',
  watermark: { boundedOutOfOrderness: minutes(60) },
  key: ['station_id', 'alarm_id'],
})
