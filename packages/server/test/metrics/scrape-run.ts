import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MillraceClient } from '@millrace/api'
import { dashboard } from '../../src/metrics/dashboard.ts'
import { openPlatform, type Platform } from '../../src/platform.ts'
import { readSettings } from '../../src/settings/read-settings.ts'
import { counts, lines, readings } from '../plans.ts'
import { checkedMetrics, RealPrometheus } from './real-prometheus.ts'

export interface ScrapeFigures {
  scrapes: number
  series: number
  queries: number
  /** Of them, those that gave something. */
  withData: number
}

const token = 'a-token-of-a-scraper'
const bodies = 40

/** A server under some load, scraped by a real Prometheus so many times; answers what is wrong, null: nothing. */
export async function faultInScrapes(programs: string, scrapes: number, figures: ScrapeFigures): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-scraped-'))
  const flags = { data: join(folder, 'data'), port: 0, workers: 1, logLevel: 'silent', durability: 'os', metricsToken: token }
  const platform = await openPlatform(readSettings({ file: null, environment: {}, flags }))
  let prometheus: RealPrometheus | null = null
  try {
    prometheus = await RealPrometheus.start(programs, join(folder, 'prometheus'), platform.address, token)
    await prometheus.until('up', (up) => up === 1)
    await load(platform)
    await prometheus.until('sum(millrace_app_records_total)', (taken) => taken === 3 * bodies)
    await prometheus.until('count_over_time(up[1h])', (count) => count >= scrapes)
    return await faultIn(programs, platform, prometheus, figures)
  } finally {
    await prometheus?.stop()
    await platform.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Three records a body that fit, one of them late, and one that does not. */
async function load({ address, operatorKey }: Platform): Promise<void> {
  const operator = new MillraceClient({ url: address, key: operatorKey ?? '' })
  await operator.createTenant({ name: 'acme' })
  const { secret } = await operator.createKey({ tenant: 'acme', scopes: ['admin'] })
  const client = new MillraceClient({ url: address, key: secret })
  await client.declareStream('readings', { declaration: readings })
  await client.deployApp('counts', { plan: counts })
  await client.startApp('counts')
  for (let body = 1; body <= bodies; body++) {
    await client.sendRecords('readings', `${lines([1, 30 * body], [2, 30 * body + 1], [1, 30 * body - 29])}no JSON\n`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function faultIn(programs: string, { address }: Platform, prometheus: RealPrometheus, figures: ScrapeFigures): Promise<string | null> {
  const answer = await fetch(`${address}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  const lint = checkedMetrics(programs, await answer.text())
  if (lint !== '') return `promtool check metrics: ${lint}`
  const ofReadings = '{tenant="acme", stream="readings"}'
  const ofCounts = '{tenant="acme", app="counts"}'
  const expected = {
    [`millrace_intake_records_total${ofReadings}`]: 3 * bodies,
    [`millrace_intake_deserialization_errors_total${ofReadings}`]: bodies,
    [`millrace_intake_out_of_order_records_total${ofReadings}`]: bodies,
    [`millrace_app_records_total${ofCounts}`]: 3 * bodies,
    [`millrace_app_lag_records${ofCounts}`]: 0,
    [`millrace_apps{state="running"}`]: 1,
  }
  for (const [expr, value] of Object.entries(expected)) {
    const [found] = await prometheus.query(expr)
    if (Number(found?.value[1]) !== value) return `${expr} is ${found?.value[1]}, not ${value}`
  }
  figures.scrapes = Number((await prometheus.query('count_over_time(up[1h])'))[0]?.value[1])
  figures.series = Number((await prometheus.query('count({__name__=~".+"})'))[0]?.value[1])
  return faultInQueries(prometheus, figures)
}

/** Every query of the dashboard is one that Prometheus answers, and every variable has values. */
async function faultInQueries(prometheus: RealPrometheus, figures: ScrapeFigures): Promise<string | null> {
  const { panels, templating } = dashboard() as Shown
  for (const { expr } of panels.flatMap(({ targets = [] }) => targets)) {
    const asked = expr.replaceAll(/\$(tenant|stream|app)/g, '.*').replaceAll('$__rate_interval', '10s')
    const found = await prometheus.query(asked).catch((error: unknown) => String(error))
    if (typeof found === 'string') return `${expr}: ${found}`
    figures.queries++
    if (found.length > 0) figures.withData++
  }
  for (const { query } of templating.list) {
    const [, metric = '', label = ''] = /^label_values\((\w+).*, (\w+)\)$/.exec(query) ?? []
    if (metric !== '' && !(await prometheus.labelValues(label, metric)).some((value) => value !== '')) return `${query} has no values`
  }
  return null
}

interface Shown {
  readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[]
  readonly templating: { readonly list: readonly { readonly query: string }[] }
}
