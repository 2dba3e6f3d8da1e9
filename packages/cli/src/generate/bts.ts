import type { ErrorType, GenerateOptions } from './options.ts'
import type { Random } from './random.ts'
import { type RecordSource, torn } from './records.ts'
import { timeText } from './time-text.ts'

const columns = ['station_id', 'datapoint_id', 'alarm_id', 'event_time', 'value', 'valueThreshold', 'isActive'] as const
const datapoints = [111, 112, 113, 114, 115, 121, 122, 123, 124, 141, 143, 151] as const
const thresholds = [30, 28, 28, 40, 80, 240, 60, 51, 240, 56, 48, 1] as const
const alarms = [302, 303, 306, 307, 308, 309, 310, 311, 312, 313] as const
const combinations = datapoints.length * alarms.length
const firstStation = 1_161_114_000
const sentinel = 999_999
/** Of the loud station's records, those that belong to the storm. */
const stormShare = 0.9

interface Sensor {
  readonly station: number
  readonly datapoint: number
  readonly alarm: number
  readonly threshold: number
}

/**
 * Alarms of base transceiver stations: a station, one of its datapoints, the alarm, when, the value against
 * its threshold (an active alarm lies above it), and whether the alarm went on or off.
 */
export function btsRecords(options: GenerateOptions, random: Random): RecordSource {
  const sensors = btsSensors(options)
  const loud = sensors.filter((sensor) => sensor.station === firstStation)
  const others = sensors.length > loud.length ? sensors.filter((sensor) => sensor.station !== firstStation) : loud
  const time = timeText(' ', options.zoneText)
  const csv = options.format === 'csv'

  return { header: columns.join(','), good, bad }

  function good(timeMs: number): string {
    const sensor = pick(timeMs)
    const active = random.next() < 0.5
    let value = sensor.threshold * (active ? 1 + random.next() * 0.2 : 1 - random.next() * 0.2)
    let threshold = sensor.threshold
    if (random.chance(options.sentinels)) {
      if (random.next() < 0.5) value = sentinel
      else threshold = sentinel
    }
    return line(sensor, time(timeMs), Math.round(value * 10) / 10, threshold, active)
  }

  function pick(timeMs: number): Sensor {
    if (options.skew === 0) return sensors[random.below(sensors.length)] as Sensor
    const pool = random.next() < options.skew ? loud : others
    if (pool === loud && options.stormMs > 0 && random.next() < stormShare) return stormy(timeMs)
    return pool[random.below(pool.length)] as Sensor
  }

  /** The key of the loud station that has its storm at this time. */
  function stormy(timeMs: number): Sensor {
    const storm = Math.imul(Math.floor(timeMs / options.stormMs) + options.seed, 0x9e3779b1) >>> 0
    return loud[storm % loud.length] as Sensor
  }

  function line(sensor: Sensor, at: string, value: number | string, threshold: number, active: boolean): string {
    return csv
      ? `${sensor.station},${sensor.datapoint},${sensor.alarm},${at},${value},${threshold},${active}`
      : `{"station_id":${sensor.station},"datapoint_id":${sensor.datapoint},"alarm_id":${sensor.alarm},"event_time":"${at}","value":${typeof value === 'string' ? `"${value}"` : value},"valueThreshold":${threshold},"isActive":${active}}`
  }

  function bad(timeMs: number, type: ErrorType): string {
    const sensor = pick(timeMs)
    const whole = line(sensor, time(timeMs), sensor.threshold, sensor.threshold, true)
    switch (type) {
      case 'malformed':
        return torn(whole, random)
      case 'missing-field':
        return csv ? whole.slice(0, whole.lastIndexOf(',')) : whole.replace(/"alarm_id":\d+,/, '')
      case 'extra-field':
        return csv ? `${whole},surplus` : `${whole.slice(0, -1)},"surplus":1}`
      case 'wrong-type':
        return line(sensor, time(timeMs), 'high', sensor.threshold, true)
      case 'null-timestamp':
        return csv ? line(sensor, '', sensor.threshold, sensor.threshold, true) : whole.replace(/"event_time":"[^"]*"/, '"event_time":null')
      case 'wrong-schema':
        return csv ? `${sensor.station},door open` : `{"device":"door-${sensor.station}","open":true,"battery":3.1}`
    }
  }
}

/** `sensors` distinct (station, datapoint, alarm), spread evenly over the stations. */
export function btsSensors(options: Pick<GenerateOptions, 'stations' | 'sensors'>): readonly Sensor[] {
  return Array.from({ length: options.sensors }, (_, index) => {
    const station = index % options.stations
    const place = Math.floor(index / options.stations)
    const combination = place % combinations
    const kind = combination % datapoints.length
    // Neighbouring stations begin with different alarms; within a station no pair repeats (3 and 10 are coprime).
    const alarm = (3 * Math.floor(combination / datapoints.length) + kind + station) % alarms.length
    return {
      station: firstStation + station,
      // Past the known combinations a station has more datapoints of the same kinds.
      datapoint: (datapoints[kind] as number) + 1000 * Math.floor(place / combinations),
      alarm: alarms[alarm] as number,
      threshold: thresholds[kind] as number,
    }
  })
}
