import { expect, it } from 'vitest'
import { resultKey } from '../src/result-key.ts'
import { heat } from './heat.ts'

it('the key of results is that of the aggregate, of alerts their own', () => {
  expect(resultKey(heat, 'means')).toEqual({ app: 'heat', output: 'means', key: ['station'] })
  expect(resultKey(heat, 'hot')).toEqual({ app: 'heat', output: 'hot', key: ['station'] })
  expect(resultKey(heat, 'high')).toEqual({ app: 'heat', output: 'high', key: [] })
})
