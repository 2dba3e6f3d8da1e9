import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { QueryTimeMetrics } from './query-time-metrics.ts'

it('the times of those without a place do not fall, whatever a tenant that is deleted is called', async () => {
  const registry = new Registry()
  const times = new QueryTimeMetrics(registry, 1)
  const shown = async () => {
    times.collect()
    const [metric] = await registry.getMetricsAsJSON()
    return Object.fromEntries(metric?.values.map(({ labels, value }) => [String(labels['tenant']), value]) ?? [])
  }
  times.ran('other', 9000)
  times.ran('acme', 2000)
  expect(await shown()).toEqual({ other: 9, '(other)': 2 })
  times.forgetTenant('other')
  expect(await shown()).toMatchObject({ '(other)': 2 })
})
