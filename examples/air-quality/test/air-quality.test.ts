import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { minutes } from '@millrace/sdk'
import { expectGolden, expectRows, testApp } from '@millrace/testing'
import { describe, expect, it } from 'vitest'
import airQualityIndex from '../air-quality-index.ts'
import particulateMatter from '../particulate-matter.ts'
import pollsApp from '../polls.ts'
import spikes from '../spikes.ts'
import { polls, readings, snapshot } from '../streams.ts'

const data = (name: string): Buffer => readFileSync(new URL(`../data/${name}`, import.meta.url))
const golden = (name: string): URL => new URL(`../expected/${name}.ndjson`, import.meta.url)

describe('particulate matter', () => {
  it('the day of a sensor is that of the golden file', () => {
    const run = testApp(particulateMatter).sendText(readings, data('2019-04-15_sds011_sensor_15462.csv')).end()
    expect(run.stats().records).toEqual({ readings: 560 })
    expectRows(run.deadLetters(), [])
    expectGolden(run.results('means'), golden('means'))
  })

  it('a day of much dust around Aberdeen is told by its alerts', () => {
    const run = testApp(particulateMatter)
      .sendText(readings, gunzipSync(data('aberdeen-2019-04-24.csv.gz')))
      .end()
    expect(run.stats().records).toEqual({ readings: 11221 })
    expectGolden(run.alerts('alerts'), golden('aberdeen-alerts'))
  })

  it('a sensor that comes back late corrects the mean', () => {
    const test = testApp(particulateMatter)
    const reading = (time: string, P1: number | null) => ({
      sensor_id: 1,
      sensor_type: 'SDS011',
      location: 1,
      timestamp: new Date(`2019-04-15T${time}Z`),
      P1,
      P2: 3,
    })
    test.send(readings, [reading('12:01:00', 30), reading('12:02:00', null), reading('12:10:00', 10)])
    expectRows(test.take('means'), [{ windowEnd: '2019-04-15T12:05:00Z', readings: 2, pm10: 30, pm25: 3, _revision: 0 }])
    test.send(readings, reading('12:04:00', 90))
    expectRows(test.take('means'), [{ windowEnd: '2019-04-15T12:05:00Z', readings: 3, pm10: 60, _revision: 1 }])
    expectRows(test.alerts('alerts'), [{ alert: 'open', message: 'PM10 at sensor 1 above 50 µg/m³ on average over a quarter of an hour' }])
  })
})

describe('spikes', () => {
  it('the golden file holds those of Stuttgart', () => {
    const run = testApp(spikes).sendText(snapshot, data('stuttgart-2017-01-16.json')).end()
    expect(run.stats().records).toEqual({ snapshot: 199 })
    expectGolden(run.alerts('spikes'), golden('spikes'))
  })

  const measured = (minute: number, value: number) => ({
    id: minute,
    timestamp: new Date(Date.UTC(2017, 0, 16, 14, minute)),
    location: { id: 20 },
    sensor: { id: 33, sensor_type: { name: 'SDS011' } },
    sensordatavalues: [
      { value, value_type: 'P1' },
      { value: 5, value_type: 'P2' },
      { value: 999, value_type: 'max_micro' },
    ],
  })

  it('an episode is one alert, not one a measurement', () => {
    const test = testApp(spikes).send(snapshot, [measured(0, 10), measured(2, 300), measured(4, 400), measured(6, 20)])
    expectRows(test.alerts('spikes'), [
      { alert: 'open', value: 300, message: 'PM10 of 300 µg/m³ at sensor 33 (SDS011)' },
      { alert: 'update', value: 400 },
      { alert: 'clear', value: 20 },
    ])
  })

  it('a sensor that fell silent clears its episode', () => {
    const test = testApp(spikes).send(snapshot, measured(0, 300)).advance(minutes(60))
    expectRows(test.alerts('spikes'), [{ alert: 'open' }, { alert: 'clear' }])
  })
})

describe('the air-quality index', () => {
  it('the golden files hold that of Stuttgart', () => {
    const run = testApp(airQualityIndex).sendText(snapshot, data('stuttgart-2017-01-16.json')).end()
    expectGolden(run.results('index'), golden('index'))
    expectGolden(run.alerts('alerts'), golden('index-alerts'))
  })

  it('dust and humidity of a location are one result, and fog is no dust', () => {
    const test = testApp(airQualityIndex)
    const at = new Date('2017-01-16T14:21:00Z')
    const of = (location: number, humidity: number) => [
      {
        id: 1,
        timestamp: at,
        location: { id: location },
        sensor: { id: 1, sensor_type: { name: 'SDS011' } },
        sensordatavalues: [
          { value: 54, value_type: 'P1' },
          { value: 102.9, value_type: 'P2' },
        ],
      },
      {
        id: 2,
        timestamp: at,
        location: { id: location },
        sensor: { id: 2, sensor_type: { name: 'DHT22' } },
        sensordatavalues: [
          { value: humidity, value_type: 'humidity' },
          { value: -1, value_type: 'temperature' },
        ],
      },
    ]
    test.send(snapshot, [...of(1, 60), ...of(2, 95)]).end()
    expectRows(test.results('index'), [
      { location: { id: 1 }, pm10: 54, pm10Index: 50, pm25Index: 175, index: 175, humidity: 60, temperature: -1, reliable: true },
      { location: { id: 2 }, index: 175, reliable: false },
    ])
    expectRows(test.alerts('alerts'), [{ alert: 'open', location: { id: 1 }, message: 'unhealthy air at location 1: index 175' }, { alert: 'clear' }])
  })
})

describe('polls, in the night in which an hour came twice', () => {
  const run = testApp(pollsApp).sendText(polls, data('polls-2017-10-29.ndjson')).end()

  it('the golden files hold what the poller learned', () => {
    expect(run.stats().records).toEqual({ polls: 192 })
    expectRows(run.deadLetters(), [])
    expectGolden(run.results('freshness'), golden('freshness'))
    expectGolden(run.results('values'), golden('values'))
    expectGolden(run.alerts('alerts'), golden('clock-alerts'))
  })

  it('the local hour from two to three means the first of the two', () => {
    expectRows(run.results('freshness').slice(0, 1), [{ windowStart: '2017-10-29T00:00:00Z' }])
  })
})
