import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { RecordedRow } from './playback.ts'

/** Of the recorded time, a minute takes a second. */
export const speed = 60

const folder = new URL('../../examples/', import.meta.url)
const instant = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`)

/** An hour of real alarms of base stations, as JSON objects; stations are numbered from `firstStation` of their region on. */
export function stationAlarms(region: number): readonly RecordedRow[] {
  const lines = readFileSync(new URL('bts-alarms/data/alarm-2017-10-23-12-vn.csv', folder), 'utf8').trimEnd().split('\n').slice(1)
  return byTime(
    lines.map((line): RecordedRow => {
      const [id, station, alarm_id, parameter_id, start = '', end = '', value, threshold] = line.split(',')
      const startMs = instant(start)
      const lastsMs = end === '' ? null : (instant(end) - startMs) / speed
      const same = { id: Number(id), station_id: Number(station) + region * 10_000, alarm_id: Number(alarm_id), parameter_id: Number(parameter_id) }
      const text = (eventMs: number): string =>
        JSON.stringify({
          ...same,
          start_time: new Date(eventMs).toISOString(),
          end_time: lastsMs === null ? null : new Date(eventMs + lastsMs).toISOString(),
          value: Number(value),
          threshold: Number(threshold),
        })
      return { eventMs: startMs, text }
    }),
  )
}

export const dustHeader = 'sensor_id;sensor_type;location;lat;lon;timestamp;P1;durP1;ratioP1;P2;durP2;ratioP2'

/** A day of real fine dust around Aberdeen, as lines of CSV under `dustHeader`. */
export function dustReadings(): readonly RecordedRow[] {
  const text = gunzipSync(readFileSync(new URL('air-quality/data/aberdeen-2019-04-24.csv.gz', folder))).toString()
  return byTime(
    text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line): RecordedRow => {
        const fields = line.split(';')
        return { eventMs: instant(fields[5] ?? ''), text: (eventMs) => fields.with(5, new Date(eventMs).toISOString()).join(';') }
      }),
  )
}

function byTime(rows: readonly RecordedRow[]): readonly RecordedRow[] {
  return rows.toSorted((a, b) => a.eventMs - b.eventMs)
}
