import { expectRows, testApp } from '@millrace/testing'
import { describe, expect, it } from 'vitest'
import app, { liveReadings } from '../live.ts'

const header = 'sensor_id;sensor_type;location;lat;lon;timestamp;P1;durP1;ratioP1;P2;durP2;ratioP2'
const reading = (second: number, pm10: number): string => `9;SDS011;3;57.1;-2.1;2026-01-01T12:00:${String(second).padStart(2, '0')}.500Z;${pm10};;;4;;`
const sent = (...rows: readonly string[]) => testApp(app).sendText(liveReadings, `${[header, ...rows].join('\n')}\n`)

describe('fine dust that is measured now', () => {
  it('a mean above the limit is an alert', () => {
    const test = sent(reading(1, 60), reading(3, 50), reading(8, 40))
    expectRows(test.alerts('meanAlerts'), [{ alert: 'open', sensor_id: 9, pm10: 55, message: 'PM10 at sensor 9 above 50 µg/m³ on average' }])
  })

  it('a single high measurement is an alert at once, and over with the next low one', () => {
    expectRows(sent(reading(1, 151), reading(2, 20)).alerts('peaks'), [{ alert: 'open', message: 'PM10 of 151 µg/m³ at sensor 9' }, { alert: 'clear' }])
    expect(sent(reading(1, 150)).alerts('peaks')).toEqual([])
  })
})
