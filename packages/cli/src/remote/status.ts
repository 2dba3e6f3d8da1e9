import { setTimeout } from 'node:timers/promises'
import type { App, JobFigures, MillraceClient } from '@millrace/api'
import { durationText } from '../durations.ts'
import { bytesCell, durationCell } from '../show/cells.ts'
import { printFacts, printTable } from '../show/text-table.ts'
import { allItems } from './all-items.ts'
import type { Remote } from './remote.ts'

/** How an app is; figures are null where it does not run. */
export interface AppStatus {
  readonly app: string
  readonly version: number
  readonly state: App['state']
  readonly recordsPerSecond: number | null
  /** Sequences that wait. */
  readonly lag: number | null
  /** How far the watermark of its slowest stream lies behind now; null: it has none yet. */
  readonly watermarkDelayMs: number | null
  readonly records: number | null
  readonly results: number | null
  readonly lateRecords: number | null
  readonly openAlerts: number | null
  readonly stateBytes: number | null
  readonly snapshotAgeMs: number | null
  /** Why its last run ended before its time; null: none did. */
  readonly ended: string | null
}

/** Asks twice, `overMs` apart: rates are what came between. */
export async function showStatus({ client, terminal, show }: Remote, name: string | undefined, overMs: number): Promise<void> {
  const apps = name === undefined ? await allItems(client, (page) => client.listApps(page)) : [await client.getApp(name)]
  const [first, nowMs] = [await figuresOf(client, apps), Date.now()]
  if (first.some((figures) => figures !== null)) await setTimeout(overMs)
  const second = await figuresOf(client, apps)
  const items = apps.map((app, at) => statusOf(app, first[at] ?? null, second[at] ?? null, Date.now() - nowMs))
  show({ items }, () =>
    name === undefined ? printTable(terminal, columns, items, 'There are no apps.') : printFacts(terminal, factsOf(items[0] as AppStatus)),
  )
}

function figuresOf(client: MillraceClient, apps: readonly App[]): Promise<readonly (JobFigures | null)[]> {
  return Promise.all(apps.map(async ({ name }) => (await client.appFigures(name)).figures))
}

function statusOf({ name, version, state, job }: App, first: JobFigures | null, figures: JobFigures | null, passedMs: number): AppStatus {
  const common = {
    app: name,
    version,
    state,
    snapshotAgeMs: job?.snapshot ? Date.now() - job.snapshot.writtenMs : null,
    ended: job?.ended.at(-1)?.reason ?? null,
  }
  if (figures === null)
    return {
      ...common,
      recordsPerSecond: null,
      lag: null,
      watermarkDelayMs: null,
      records: null,
      results: null,
      lateRecords: null,
      openAlerts: null,
      stateBytes: null,
    }
  const watermarks = Object.values(figures.watermarkMs).filter((ms) => ms !== null)
  return {
    ...common,
    recordsPerSecond: first === null || passedMs <= 0 ? null : Math.round(((sum(figures.records) - sum(first.records)) / passedMs) * 1000),
    lag: figures.lag,
    watermarkDelayMs: watermarks.length === 0 ? null : Math.max(0, Date.now() - Math.min(...watermarks)),
    records: sum(figures.records),
    results: sum(mapped(figures.outputs, ({ rows }) => rows)),
    lateRecords: sum(mapped(figures.windows, ({ tooLate }) => tooLate)),
    openAlerts: sum(mapped(figures.alerts, ({ openNow }) => openNow)),
    stateBytes: figures.stateBytes,
  }
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0)

function mapped<V>(record: Readonly<Record<string, V>>, value: (one: V) => number): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(record).map(([name, one]) => [name, value(one)]))
}

const columns = [
  ['app', ({ app }: AppStatus) => app],
  ['version', ({ version }: AppStatus) => version],
  ['state', ({ state }: AppStatus) => state],
  ['records/s', ({ recordsPerSecond }: AppStatus) => recordsPerSecond],
  ['lag', ({ lag }: AppStatus) => lag],
  ['watermark', ({ watermarkDelayMs }: AppStatus) => (watermarkDelayMs === null ? null : `${durationText(watermarkDelayMs)} behind`)],
  ['results', ({ results }: AppStatus) => results],
  ['late', ({ lateRecords }: AppStatus) => lateRecords],
  ['open alerts', ({ openAlerts }: AppStatus) => openAlerts],
  ['state size', ({ stateBytes }: AppStatus) => bytesCell(stateBytes)],
  ['ended', ({ state, ended }: AppStatus) => (state === 'running' ? '' : ended)],
] as const

function factsOf(status: AppStatus): readonly (readonly [string, string | number | null])[] {
  const shown = columns.map(([name, cell]) => [name, cell(status)] as const)
  return [...shown, ['records', status.records], ['snapshot', durationCell(status.snapshotAgeMs) === null ? null : `${durationCell(status.snapshotAgeMs)} ago`]]
}
