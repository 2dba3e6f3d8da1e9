import { minutes, seconds } from '@millrace/sdk'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { expectRows, testApp } from '../src/index.ts'
import { alarms, doors, everything, failures } from './apps.ts'

const at = (time: string): Date => new Date(`2026-01-01T${time}Z`)
const alarm = (time: string, station_id = 7, value = 1) => ({ station_id, event_time: at(time), value, isActive: true })

describe('an app in virtual time', () => {
  it('a window gives its result when records carry the watermark over its end', () => {
    const test = testApp(failures).send(alarms, [alarm('12:00:00'), alarm('12:05:00'), alarm('12:10:59')])
    expect(test.results('counted')).toEqual([])
    test.send(alarms, alarm('12:11:00'))
    expectRows(test.results('counted'), [
      { station_id: 7, windowStart: '2026-01-01T12:00:00Z', windowEnd: '2026-01-01T12:10:00Z', failures: 2, mean: 1, _revision: 0 },
    ])
  })

  it('the clock closes windows of a stream that fell silent', () => {
    const test = testApp(failures).send(alarms, [alarm('12:05:00')])
    test.advance(minutes(5))
    expect(test.results('counted')).toEqual([])
    test.advance(minutes(1))
    expectRows(test.results('counted'), [{ failures: 1 }])
  })

  it('a paused stream is not silent', () => {
    const test = testApp(failures)
      .send(alarms, [alarm('12:05:00')])
      .pause(alarms)
      .advance(minutes(60))
    expect(test.results('counted')).toEqual([])
    test.resume(alarms).advance(minutes(60))
    expectRows(test.results('counted'), [{ failures: 1 }])
  })

  it('the end closes everything', () => {
    const test = testApp(failures)
      .send(alarms, [alarm('12:05:00'), alarm('12:06:00', 8)])
      .end()
    expectRows(test.results('counted'), [
      { station_id: 7, failures: 1 },
      { station_id: 8, failures: 1 },
    ])
    expect(() => test.advance(minutes(1))).toThrow('has ended')
    expect(() => test.send(alarms, alarm('12:07:00'))).toThrow('has ended')
  })

  it('late records revise a result, later ones are kept with their lag', () => {
    const test = testApp(failures).send(alarms, [alarm('12:05:00'), alarm('12:11:00')])
    expectRows(test.take('counted'), [{ failures: 1, _revision: 0 }])
    test.send(alarms, alarm('12:09:00'))
    expectRows(test.take('counted'), [{ failures: 2, _revision: 1 }])
    test.send(alarms, [alarm('12:16:00'), alarm('12:09:30')])
    expectRows(test.take('counted'), [])
    expectRows(test.late(), [{ row: { station_id: 7, event_time: at('12:09:30') }, watermark: '2026-01-01T12:15:00Z', lagMs: 330_000 }])
  })

  it('alerts are episodes', () => {
    const test = testApp(failures).send(alarms, [alarm('12:01:00'), alarm('12:02:00'), alarm('12:03:00')])
    test.end()
    expectRows(test.alerts('alerts'), [
      { alert: 'open', station_id: 7, failures: 3, message: 'station 7: 3', severity: 'warning' },
      { alert: 'clear', station_id: 7 },
    ])
  })

  it('params may differ from those of the app', () => {
    const test = testApp(failures, { params: { limit: 0 } })
      .send(alarms, alarm('12:01:00'))
      .end()
    expectRows(test.alerts('alerts'), [{ alert: 'open' }, { alert: 'clear' }])
  })

  it('a restart from a snapshot changes nothing', () => {
    const times = ['12:01:00', '12:12:00', '12:09:00', '12:13:00', '12:30:00', '12:01:00', '12:45:00']
    const straight = testApp(failures, { params: { limit: 1 } })
    const restarted = testApp(failures, { params: { limit: 1 } })
    for (const time of times) {
      straight.send(alarms, alarm(time))
      restarted.send(alarms, alarm(time)).restart()
    }
    straight.end()
    restarted.end()
    expect(restarted.results('counted')).toEqual(straight.results('counted'))
    expect(restarted.alerts('alerts')).toEqual(straight.alerts('alerts'))
    expect(restarted.late()).toEqual(straight.late())
  })

  it('records come with nested values and lists, and are received so', () => {
    const test = testApp(everything)
    test.send(doors, {
      door: 'A',
      at: at('12:00:00'),
      site: { name: 'Hof' },
      moves: [
        { open: true, seconds: 1.5 },
        { open: false, seconds: 2 },
      ],
    })
    expectRows(test.results('doors'), [
      {
        door: 'A',
        at: '2026-01-01T12:00:00Z',
        site: { name: 'Hof' },
        moves: [
          { open: true, seconds: 1.5 },
          { open: false, seconds: 2 },
        ],
      },
    ])
    expectRows(test.results('moves'), [
      { door: 'A', moves: { open: true, seconds: 1.5 } },
      { door: 'A', moves: { open: false, seconds: 2 } },
    ])
  })

  it('a silent stream holds another back only until it is idle', () => {
    const test = testApp(everything)
      .send(alarms, alarm('12:00:00'))
      .send(doors, { door: 'A', at: at('12:00:00'), site: { name: 'Hof' }, moves: [] })
    for (let minute = 1; minute < 14; minute++)
      test.send(doors, { door: 'A', at: at(`12:${String(minute).padStart(2, '0')}:00`), site: { name: 'Hof' }, moves: [] })
    expectRows(test.results('perSite'), [
      { what: 'station 7', records: 1 },
      { what: 'Hof', records: 10 },
    ])
  })

  it('text goes through the decoder as a file would, bad lines become dead letters', () => {
    const test = testApp(failures).sendText(alarms, 'station_id,event_time,value\n7,2026-01-01 12:05:00,1\n7,yesterday,1\n7,2026-01-01 12:06:00,high')
    test.end()
    expectRows(test.results('counted'), [{ failures: 1 }])
    expectRows(test.deadLetters(), [
      { stream: 'alarms', record: 2, column: 'event_time', text: '7,yesterday,1' },
      { stream: 'alarms', record: 3, column: 'value', text: '7,2026-01-01 12:06:00,high' },
    ])
  })

  it('a record that does not fit is a mistake of the test', () => {
    expect(() => testApp(failures).send(alarms, { station_id: 7 })).toThrow(/sent to alarms does not fit/)
  })

  it('a stream of another app is refused', () => {
    expect(() => testApp(failures).send(doors, {})).toThrow('The app reads no stream doors')
  })

  it('the clock may stand somewhere before the first record', () => {
    const test = testApp(failures, { startAt: '2026-01-01T12:05:00Z' }).send(alarms, alarm('12:05:00')).advance(minutes(6))
    expectRows(test.results('counted'), [{ failures: 1 }])
  })

  it('counts are there to be checked', () => {
    const test = testApp(failures)
      .send(alarms, [alarm('12:05:00'), alarm('12:06:00')])
      .advance(seconds(1))
    expect(test.stats().records).toEqual({ alarms: 2 })
  })
})

describe('types of a test', () => {
  const test = testApp(failures)

  it('rows have the columns of their output', () => {
    const rows = test.results('counted')
    expectTypeOf<(typeof rows)[number]['failures']>().toEqualTypeOf<number | null>()
    expectTypeOf<(typeof rows)[number]['windowEnd']>().toEqualTypeOf<Date | null>()
    expectTypeOf<(typeof rows)[number]['_revision']>().toEqualTypeOf<number>()
  })

  it('wrong names are compile errors', () => {
    const wrong = (): void => {
      // @ts-expect-error: no such output
      test.results('fail')
      // @ts-expect-error: not an output of alerts
      test.alerts('counted')
      // @ts-expect-error: no such column
      test.send(alarms, { station_id: 7, stationId: 7 })
      // @ts-expect-error: text where a number belongs
      test.send(alarms, [{ station_id: '7' }])
      // @ts-expect-error: no such column
      expectRows(test.results('counted'), [{ failurs: 3 }])
      // @ts-expect-error: text where a number belongs
      expectRows(test.results('counted'), [{ failures: '3' }])
    }
    expect(wrong).toBeTypeOf('function')
  })
})

describe('speed', () => {
  it('1,000 tests take less than 5 seconds of a core', () => {
    const before = process.threadCpuUsage()
    for (let run = 0; run < 1000; run++) {
      const test = testApp(failures)
        .send(alarms, [alarm('12:01:00'), alarm('12:02:00', 1000 + run), alarm('12:03:00')])
        .advance(minutes(10))
        .end()
      expectRows(test.results('counted'), [{ failures: 2 }, { failures: 1 }])
    }
    const { user, system } = process.threadCpuUsage(before)
    expect((user + system) / 1e6).toBeLessThan(5)
  })
})
