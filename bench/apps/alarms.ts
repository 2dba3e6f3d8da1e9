import { bool, float64, int32, int64, minutes, type StreamOptions, schema, stream, timestamp } from '@millrace/sdk'

const alarmSchema = schema({
  station_id: int64(),
  datapoint_id: int32(),
  alarm_id: int32(),
  event_time: timestamp({ format: 'yyyy-MM-dd HH:mm:ss', zone: 'UTC' }),
  value: float64({ missing: [999999] }),
  valueThreshold: float64({ missing: [999999] }),
  isActive: bool(),
})

export type Alarms = ReturnType<typeof alarmsAs>

/** The alarms of base stations, in a format. */
export function alarmsAs(format: StreamOptions<unknown>['format']) {
  return stream('alarms', {
    schema: alarmSchema,
    format,
    time: 'event_time',
    watermark: { boundedOutOfOrderness: minutes(10) },
    key: ['station_id', 'datapoint_id', 'alarm_id'],
  })
}
