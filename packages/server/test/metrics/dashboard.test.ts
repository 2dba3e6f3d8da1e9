import { readFileSync, writeFileSync } from 'node:fs'
import { Jobs } from '@millrace/jobs'
import { openLog } from '@millrace/log'
import { SimulatedDisk } from '@millrace/log/testing'
import { expect, test } from 'vitest'
import { dashboard } from '../../src/metrics/dashboard.ts'
import { Metrics } from '../../src/metrics/metrics.ts'
import { type Family, readExposition } from './exposition.ts'
import { metricsPage } from './metrics-page.ts'

interface Shown {
  readonly panels: readonly {
    readonly id: number
    readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
    readonly targets?: readonly { readonly expr: string }[]
  }[]
  readonly templating: { readonly list: readonly { readonly query: string }[] }
}

const shown = dashboard() as Shown
const queries = [...shown.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)), ...shown.templating.list.map(({ query }) => query)]

async function families(): Promise<readonly Family[]> {
  const disk = new SimulatedDisk()
  const log = await openLog({ directory: '/log', files: disk })
  const jobs = new Jobs({ log, directory: '/jobs', files: disk, workers: 0 })
  const metrics = new Metrics({ log, jobs })
  const found = readExposition(await metrics.text())
  await metrics.close()
  await jobs.close()
  await log.close()
  return [...found.values()]
}

/** Names of all that is exported, those of a histogram's parts included. */
async function exported(): Promise<ReadonlySet<string>> {
  const names = (await families()).flatMap(({ name, type }) => (type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]))
  return new Set(names)
}

test('every query of the dashboard names figures that are exported', async () => {
  const names = await exported()
  const used = queries.flatMap((expr) => expr.match(/\b(millrace|process|nodejs)_\w+/g) ?? [])
  expect(used.length).toBeGreaterThan(30)
  expect(used.filter((name) => !names.has(name))).toEqual([])
})

test('every figure of ours is on the dashboard, but for those named here', async () => {
  const used = queries.join(' ')
  const hidden = [...(await exported())].filter(
    (name) => name.startsWith('millrace_') && !/_(sum|count)$/.test(name) && !new RegExp(`\\b${name}\\b`).test(used),
  )
  expect(hidden.sort()).toEqual([
    'millrace_app_alerts_cleared_total',
    'millrace_app_alerts_suppressed_total',
    'millrace_app_bytes_in_total',
    'millrace_app_bytes_out_total',
    'millrace_app_open_alerts',
    'millrace_app_open_windows',
    'millrace_app_watermark_timestamp_seconds',
    'millrace_app_windows_fired_total',
    'millrace_app_windows_missed_total',
    'millrace_history_behind_records',
    'millrace_history_records',
    'millrace_intake_bodies_total',
    'millrace_log_newest_record_timestamp_seconds',
    'millrace_log_tenants',
    'millrace_metrics_look_seconds_bucket',
  ])
})

test('a query asks for labels that its figures have', () => {
  for (const expr of queries) {
    const labels = [...expr.matchAll(/[{,(]\s*(\w+)\s*=~/g)].map(([, label]) => label)
    if (expr.includes('millrace_app_') || expr.includes('millrace_result_')) expect(labels, expr).not.toContain('stream')
    if (/millrace_(intake|log|history)_/.test(expr)) expect(labels, expr).not.toContain('app')
  }
})

test('no panel lies on another', () => {
  const cells = shown.panels.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`))
  expect(new Set(cells).size).toBe(cells.length)
  expect(new Set(shown.panels.map(({ id }) => id)).size).toBe(shown.panels.length)
})

test('the dashboard of the documentation is this one', () => {
  expect(JSON.parse(readFileSync(new URL('../../../../docs/grafana-dashboard.json', import.meta.url), 'utf8'))).toEqual(shown)
})

test('docs/metrics.md names what is exported', async () => {
  const page = new URL('../../../../docs/metrics.md', import.meta.url)
  const text = metricsPage(await families())
  if (process.env['UPDATE'] !== undefined) writeFileSync(page, text)
  expect(readFileSync(page, 'utf8')).toBe(text)
})
