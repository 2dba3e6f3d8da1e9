import { app, minutes, tumbling } from '@millrace/sdk'
import { recordedAlarms } from './streams.ts'

/** Over the real file: AC voltage that leaves its bounds again and again, and motion at a station without end. */
export default app('voltage-and-motion', { params: { voltageLimit: 5, motionLimit: 5 } }, (from) => {
  const recorded = from(recordedAlarms)

  const voltage = recorded
    .filter((a) => a.alarm_id === 308 || a.alarm_id === 309)
    .keyBy('station_id', 'alarm_id')
    .window(tumbling(minutes(10)))
    .aggregate((a, { count, countIf, min, max, sum, avg }) => ({
      alarms: count(),
      stillOn: countIf(a.end_time === null),
      seconds: sum(a.end_time.minus(a.start_time).seconds),
      lowest: min(a.value),
      highest: max(a.value),
      threshold: avg(a.threshold),
    }))

  const motion = recorded
    .filter((a) => a.alarm_id === 319)
    .keyBy('station_id')
    .window(tumbling(minutes(10)))
    .aggregate((a, { count, sum, last }) => ({ alarms: count(), seconds: sum(a.end_time.minus(a.start_time).seconds), lastSeen: last(a.start_time) }))

  return {
    voltage,
    voltageAlerts: voltage.alert({
      when: (w, p) => w.alarms > p.voltageLimit,
      severity: 'critical',
      message: (w) =>
        `${w.alarm_id === 308 ? `high AC voltage, ${w.highest}` : `low AC voltage, ${w.lowest}`} V against ${w.threshold} V: ${w.alarms} alarms in ten minutes`,
    }),
    motion,
    motionAlerts: motion.alert({
      when: (w, p) => w.alarms > p.motionLimit,
      message: (w) => `motion: ${w.alarms} times in ten minutes, ${w.seconds} s in all`,
    }),
  }
})
