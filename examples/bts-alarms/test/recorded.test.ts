import { readFileSync } from 'node:fs'
import { expectGolden, expectRows, testApp } from '@millrace/testing'
import { describe, expect, it } from 'vitest'
import { recordedAlarms } from '../streams.ts'
import app from '../voltage-and-motion.ts'

const file = readFileSync(new URL('../data/alarm-2017-10-23-12-vn.csv', import.meta.url))
const golden = (name: string): URL => new URL(`../expected/${name}.ndjson`, import.meta.url)

describe('voltage and motion, over the recorded alarms', () => {
  const run = testApp(app).sendText(recordedAlarms, file).end()

  it('every record is read', () => {
    expect(run.stats().records).toEqual({ recorded: 194 })
    expectRows(run.deadLetters(), [])
    expectRows(run.late(), [])
  })

  it('the windows are those of the golden files', () => {
    expectGolden(run.results('voltage'), golden('voltage'))
    expectGolden(run.results('motion'), golden('motion'))
  })

  it('the episodes are those of the golden files', () => {
    expectGolden(run.alerts('voltageAlerts'), golden('voltage-alerts'))
    expectGolden(run.alerts('motionAlerts'), golden('motion-alerts'))
  })

  it('a higher limit finds fewer', () => {
    const strict = testApp(app, { params: { voltageLimit: 9, motionLimit: 11 } })
      .sendText(recordedAlarms, file)
      .end()
    const opened = strict.alerts('voltageAlerts').filter((row) => row.alert === 'open')
    expectRows(opened, [
      { station_id: 1161114027, alarm_id: 308, alarms: 10, highest: 241 },
      { station_id: 1161115030, alarm_id: 308, alarms: 10 },
      { station_id: 1161115028, alarm_id: 309, alarms: 11, lowest: 199 },
    ])
    expectRows(
      strict.alerts('motionAlerts').filter((row) => row.alert === 'open'),
      [{ station_id: 1161115022, alarms: 12 }],
    )
  })
})
