import { minutes } from '@millrace/sdk'
import { expectRows, testApp } from '@millrace/testing'
import { describe, expect, it } from 'vitest'
import app, { liveAlarms } from '../live.ts'

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, second))
const alarm = (alarm_id: number, second: number, value = 241) => ({
  ...{ id: 1, station_id: 7, alarm_id, parameter_id: 121, start_time: at(second), end_time: null, value, threshold: 240 },
})

describe('alarms of stations that report now', () => {
  it('voltage that leaves its bounds more than twice in ten seconds is one alert, over when it stays in them', () => {
    const test = testApp(app)
    for (const second of [1, 2, 3]) test.send(liveAlarms, alarm(308, second))
    test.send(liveAlarms, alarm(308, 25))
    expectRows(test.alerts('voltageAlerts'), [
      { alert: 'open', severity: 'critical', message: 'station 7: high AC voltage, 241 V against 240 V, 3 times in ten seconds' },
      { alert: 'clear' },
    ])
  })

  it('an alarm that comes half a minute late still counts', () => {
    const test = testApp(app)
    for (const second of [1, 2, 35, 3]) test.send(liveAlarms, alarm(309, second, 199))
    expectRows(test.alerts('voltageAlerts'), [{ alert: 'open', alarms: 3 }, { alert: 'clear' }])
  })

  it('equipment that fails is told at once, and over after ten seconds of silence', () => {
    const test = testApp(app)
    test.send(liveAlarms, alarm(303, 1, 999999))
    expectRows(test.alerts('siteAlerts'), [{ alert: 'open', message: 'station 7: equipment failed' }])
    test.advance(minutes(1))
    expect(test.alerts('siteAlerts').map((row) => row.alert)).toEqual(['open', 'clear'])
  })
})
