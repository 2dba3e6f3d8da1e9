import type { ErrorType, GenerateOptions } from './options.ts'
import type { Random } from './random.ts'
import { type RecordSource, torn } from './records.ts'
import { timeText } from './time-text.ts'

const columns = ['sensor_id', 'sensor_type', 'location', 'lat', 'lon', 'timestamp', 'P1', 'durP1', 'ratioP1', 'P2', 'durP2', 'ratioP2'] as const
const sentinel = '999999'
const dayMs = 86_400_000

interface Sensor {
  readonly id: number
  readonly location: number
  readonly latitude: string
  readonly longitude: string
  /** Mean P1 of its place, µg/m3. */
  readonly level: number
}

/**
 * Fine dust as public sensors report it: CSV with semicolons and zone-less UTC times, or nested JSON where
 * numbers stand in strings. P1 follows the hour of the day; now and then a place has a spike.
 */
export function airRecords(options: GenerateOptions, random: Random): RecordSource {
  const sensors = airSensors(options, random)
  const loud = sensors.filter((sensor) => sensor.location === sensors[0]?.location)
  const others = sensors.length > loud.length ? sensors.filter((sensor) => sensor.location !== sensors[0]?.location) : loud
  const csv = options.format === 'csv'
  const time = timeText(csv ? 'T' : ' ', options.zoneText)
  let id = 437_000_000

  return { header: columns.join(';'), good, bad }

  function good(timeMs: number): string {
    const sensor = pick()
    const p1 = random.chance(options.sentinels) ? null : dust(sensor, timeMs)
    return line(sensor, time(timeMs), p1 === null ? sentinel : p1.toFixed(2), p1 === null ? sentinel : (p1 * (0.3 + random.next() * 0.3)).toFixed(2))
  }

  function pick(): Sensor {
    if (options.skew === 0) return sensors[random.below(sensors.length)] as Sensor
    const pool = random.next() < options.skew ? loud : others
    return pool[random.below(pool.length)] as Sensor
  }

  function dust(sensor: Sensor, timeMs: number): number {
    const day = 1 + 0.5 * Math.sin(((timeMs % dayMs) / dayMs) * 2 * Math.PI)
    // One hour in about a hundred is a spike, the same hours for all sensors of a place.
    const spike = (Math.imul(Math.floor(timeMs / 3_600_000) + sensor.location, 0x9e3779b1) >>> 0) % 101 === 0 ? 12 : 1
    return Math.max(0.3, sensor.level * day * spike * (1 + 0.15 * random.normal()))
  }

  function line(sensor: Sensor, at: string, p1: string, p2: string): string {
    if (csv) return `${sensor.id};SDS011;${sensor.location};${sensor.latitude};${sensor.longitude};${at};${p1};;;${p2};;`
    id += 2
    return `{"id":${id},"sampling_rate":null,"timestamp":"${at}","location":{"id":${sensor.location},"latitude":"${sensor.latitude}","longitude":"${sensor.longitude}","country":"GB"},"sensor":{"id":${sensor.id},"pin":"1","sensor_type":{"id":14,"name":"SDS011","manufacturer":"Nova Fitness"}},"sensordatavalues":[{"id":${2 * id},"value":"${p1}","value_type":"P1"},{"id":${2 * id + 1},"value":"${p2}","value_type":"P2"}]}`
  }

  function bad(timeMs: number, type: ErrorType): string {
    const sensor = pick()
    const at = time(timeMs)
    const whole = line(sensor, at, '11.13', '2.70')
    switch (type) {
      case 'malformed':
        return torn(whole, random)
      case 'missing-field':
        return csv ? whole.slice(0, -1) : whole.replace(/"location":\{[^}]*\},/, '').replace(/"id":\d+,"pin"/, '"pin"')
      case 'extra-field':
        return csv ? `${whole};surplus` : `${whole.slice(0, -1)},"surplus":1}`
      case 'wrong-type':
        return csv
          ? line(sensor, at, 'high', '2.70')
          : whole.replace(/"value":"[^"]*"/, '"value":"high"').replace(/"sensor":\{"id":\d+/, '"sensor":{"id":"none"')
      case 'null-timestamp':
        return csv ? line(sensor, '', '11.13', '2.70') : whole.replace(`"${at}"`, 'null')
      case 'wrong-schema':
        return csv ? `${sensor.id};door open` : `{"device":"door-${sensor.id}","open":true,"battery":3.1}`
    }
  }
}

function airSensors(options: GenerateOptions, random: Random): readonly Sensor[] {
  return Array.from({ length: options.sensors }, (_, index) => {
    const station = index % options.stations
    return {
      id: 15_462 + index,
      location: 7_832 + station,
      latitude: (57 + station / 100).toFixed(3),
      longitude: (-2.1 - station / 100).toFixed(3),
      level: 5 + random.next() * 20,
    }
  })
}
