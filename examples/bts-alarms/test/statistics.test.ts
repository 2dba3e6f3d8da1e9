import { seconds } from '@millrace/sdk'
import { expectRows, testApp } from '@millrace/testing'
import { describe, expect, it } from 'vitest'
import lastMinute from '../last-minute.ts'
import { alarms } from '../streams.ts'
import totals from '../totals.ts'

const at = (time: string): Date => new Date(`2017-02-18T${time}Z`)
const record = (time: string, value: number, isActive: boolean, datapoint_id = 121) => ({
  station_id: 1161114008,
  datapoint_id,
  alarm_id: 308,
  event_time: at(time),
  value,
  valueThreshold: 240,
  isActive,
})

describe('the last minute, every five seconds', () => {
  it('a record is in the twelve windows that hold it', () => {
    const test = testApp(lastMinute)
      .send(alarms, record('18:00:03', 241, true))
      .end()
    expect(test.results('lastMinute').length).toBe(12)
    expectRows(test.results('lastMinute').slice(0, 1), [{ windowStart: at('17:59:05'), windowEnd: at('18:00:05'), records: 1, active: 1 }])
  })

  it('a window holds all of its minute', () => {
    const test = testApp(lastMinute).send(alarms, [record('18:00:03', 241, true), record('18:00:07', 245, false), record('18:00:08', 999999, true)])
    test.advance(seconds(60)).end()
    const whole = test.results('lastMinute').filter((row) => row.windowEnd?.getTime() === at('18:00:30').getTime())
    expectRows(whole, [{ records: 3, active: 2, lowest: 241, highest: 245, mean: 243 }])
  })
})

describe('statistics since the beginning', () => {
  it('every record gives the totals of its sensor', () => {
    const test = testApp(totals).send(alarms, [record('18:00:00', 240, true), record('18:00:01', 50, true, 122), record('18:00:02', 244, false)])
    expectRows(test.results('totals'), [
      { datapoint_id: 121, records: 1, active: 1, lowest: 240, highest: 240, mean: 240, deviation: null, lastValue: 240 },
      { datapoint_id: 122, records: 1, mean: 50 },
      { datapoint_id: 121, records: 2, active: 1, lowest: 240, highest: 244, mean: 242, deviation: Math.sqrt(8), lastValue: 244 },
    ])
  })

  it('an older value that comes later is not the last', () => {
    const test = testApp(totals).send(alarms, [record('18:00:10', 244, true), record('18:00:02', 240, true)])
    expectRows(test.results('totals'), [{ lastValue: 244 }, { records: 2, lastValue: 244 }])
  })
})
