import fc from 'fast-check'
import { expect, it } from 'vitest'
import { testApp } from '../src/index.ts'
import { alarms, failures } from './apps.ts'

const start = Date.UTC(2026, 0, 1, 12)
const record = fc.record({ second: fc.nat(3600), station_id: fc.nat(2), value: fc.constantFrom(1, 2.5, 999999) })

it('how records are sent, and where the job is restarted, changes nothing', () => {
  const property = fc.property(fc.array(record, { maxLength: 60 }), fc.array(fc.nat(8), { maxLength: 60 }), (records, sizes) => {
    const sent = records.map(({ second, ...columns }) => ({ ...columns, event_time: new Date(start + second * 1000), isActive: true }))
    const straight = testApp(failures).send(alarms, sent).end()
    const split = testApp(failures)
    let from = 0
    for (const size of sizes) {
      split.send(alarms, sent.slice(from, from + size))
      if (size % 2 === 1) split.restart()
      from += size
    }
    split.send(alarms, sent.slice(from)).end()
    expect(split.results('counted')).toEqual(straight.results('counted'))
    expect(split.alerts('alerts')).toEqual(straight.alerts('alerts'))
    expect(split.late()).toEqual(straight.late())
  })
  fc.assert(property, { numRuns: 50 })
})
