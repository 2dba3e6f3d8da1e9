import { app, float64, int64, minutes, schema, stream, timestamp, tumbling } from '@millrace/sdk'
import { expect, it } from 'vitest'
import { resultKey } from '../src/result-key.ts'

it('the key of results is that of the aggregate, of alerts their own', () => {
  const readings = stream('readings', {
    schema: schema({ at: timestamp({ format: 'epoch-ms' }), station: int64(), celsius: float64() }),
    format: 'ndjson',
    time: 'at',
    watermark: 'monotonic',
  })
  const { plan } = app('heat', {}, (from) => {
    const means = from(readings)
      .keyBy('station')
      .window(tumbling(minutes(1)))
      .aggregate((r, { avg }) => ({ celsius: avg(r.celsius) }))
    return {
      means,
      hot: means.alert({ when: (w) => w.celsius > 30, severity: 'warning', message: (w) => `${w.station} is hot` }),
      raw: from(readings).filter((r) => r.celsius > 0),
    }
  })
  expect(resultKey(plan, 'means')).toEqual({ app: 'heat', output: 'means', key: ['station'] })
  expect(resultKey(plan, 'hot')).toEqual({ app: 'heat', output: 'hot', key: ['station'] })
  expect(resultKey(plan, 'raw')).toEqual({ app: 'heat', output: 'raw', key: [] })
})
