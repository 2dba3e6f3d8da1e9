import { readFileSync } from 'node:fs'
import { minutes } from '@millrace/sdk'
import { expectGolden, expectRows, testApp } from '@millrace/testing'
import { describe, it } from 'vitest'
import app from '../equipment-failures.ts'
import byCount from '../equipment-failures-by-count.ts'
import { alarms, alarmsByCount } from '../streams.ts'

const at = (time: string): Date => new Date(`2017-02-18T${time}Z`)
const failure = (time: string, value = 31) => ({
  station_id: 1161114008,
  datapoint_id: 121,
  alarm_id: 303,
  event_time: at(time),
  value,
  valueThreshold: 30,
  isActive: true,
})

/** Minutes 1 to `count` of the hour, a failure each. */
const burst = (hour: string, count: number) => Array.from({ length: count }, (_, minute) => failure(`${hour}:0${minute + 1}:00`))

describe('equipment failures', () => {
  it('six failures in ten minutes are an alert, five are none', () => {
    const test = testApp(app).send(alarms, burst('18', 5)).send(alarms, burst('19', 6)).end()
    expectRows(test.results('failures'), [{ failures: 5 }, { failures: 6, windowEnd: at('19:10:00') }])
    expectRows(test.alerts('alerts'), [
      {
        alert: 'open',
        severity: 'critical',
        openedAt: at('19:10:00'),
        message: 'datapoint 121 of station 1161114008 failed 6 times in ten minutes',
      },
      { alert: 'clear' },
    ])
  })

  it('alarms that went off, and other alarms, are not counted', () => {
    const test = testApp(app)
    test.send(alarms, { ...failure('18:01:00'), isActive: false }).send(alarms, { ...failure('18:02:00'), alarm_id: 308 })
    test.send(alarms, failure('18:03:00')).end()
    expectRows(test.results('failures'), [{ failures: 1 }])
  })

  it('a value of 999999 was not measured', () => {
    const test = testApp(app)
      .send(alarms, [failure('18:01:00', 40), failure('18:02:00', 999999)])
      .end()
    expectRows(test.results('failures'), [{ failures: 2, mean: 40, highest: 40 }])
  })

  it('a late record revises the count, and may raise the alert', () => {
    const test = testApp(app).send(alarms, burst('18', 5)).send(alarms, failure('18:20:00'))
    expectRows(test.take('failures'), [{ failures: 5, _revision: 0 }])
    expectRows(test.take('alerts'), [])

    test.send(alarms, failure('18:08:00'))
    expectRows(test.take('failures'), [{ failures: 6, _revision: 1 }])
    expectRows(test.take('alerts'), [{ alert: 'open', failures: 6 }])
  })

  it('what is later than a quarter of an hour is kept, not counted', () => {
    const test = testApp(app).send(alarms, [failure('18:01:00'), failure('18:35:00'), failure('18:02:00')])
    expectRows(test.results('failures'), [{ failures: 1 }])
    expectRows(test.late(), [{ row: { event_time: at('18:02:00') }, lagMs: 23 * 60_000 }])
  })

  it('a window closes when the gateway falls silent', () => {
    const test = testApp(app).send(alarms, burst('18', 6)).advance(minutes(30))
    expectRows(test.results('failures'), [{ failures: 6 }])
  })

  it('within half an hour a sensor is not told again', () => {
    const test = testApp(app)
      .send(alarms, [
        ...burst('18', 6),
        failure('18:11:00'),
        ...burst('18', 6).map((f) => ({ ...f, event_time: new Date(f.event_time.getTime() + 20 * 60_000) })),
      ])
      .end()
    expectRows(test.results('failures'), [{ failures: 6 }, { failures: 1 }, { failures: 6 }])
    expectRows(test.alerts('alerts'), [{ alert: 'open' }, { alert: 'clear' }])
  })

  it('a broken line is a dead letter, and the rest goes on', () => {
    const test = testApp(app).sendText(
      alarms,
      ['1161114008,121,303,2017-02-18 18:01:00,31,30,true', '1161114008,121,303,2017-02-18 25:01:00,31,30,true', '1161114008,121'].join('\n'),
    )
    test.end()
    expectRows(test.results('failures'), [{ failures: 1 }])
    expectRows(test.deadLetters(), [{ record: 2, column: 'event_time' }, { record: 3 }])
  })
})

describe('equipment failures, where event time is as far as the oldest of the last 200 records', () => {
  it('a window waits for records, not for minutes', () => {
    const test = testApp(byCount).send(alarmsByCount, burst('18', 6))
    test.send(
      alarmsByCount,
      Array.from({ length: 199 }, () => failure('18:30:00')),
    )
    expectRows(test.results('failures'), [])
    test.send(alarmsByCount, failure('18:30:00'))
    expectRows(test.results('failures'), [{ failures: 6, windowEnd: at('18:10:00') }])
  })
})

describe('equipment failures, over generated alarms', () => {
  const file = readFileSync(new URL('../data/generated.csv', import.meta.url))
  const golden = (name: string): URL => new URL(`../expected/${name}.ndjson`, import.meta.url)

  it('results, alerts, late records and dead letters are those of the golden files', () => {
    const run = testApp(app, { params: { limit: 2 } })
      .sendText(alarms, file)
      .end()
    expectGolden(run.results('failures'), golden('failures'))
    expectGolden(run.alerts('alerts'), golden('failure-alerts'))
    expectGolden(run.late(), golden('failure-late'))
    expectGolden(run.deadLetters(), golden('failure-dead-letters'))
  })

  it('with the other watermark too', () => {
    const run = testApp(byCount, { params: { limit: 2 } })
      .sendText(alarmsByCount, file)
      .end()
    expectGolden(run.results('failures'), golden('failures-by-count'))
    expectGolden(run.alerts('alerts'), golden('failure-alerts-by-count'))
  })
})
