import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from '@millrace/log/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { AlertResult } from '../../src/alerts/alert-results.ts'
import { KeptAlerts } from '../../src/alerts/kept-alerts.ts'
import { AppHistory } from '../../src/apps/app-history.ts'
import { Apps } from '../../src/apps/apps.ts'
import { Control } from '../../src/control/control.ts'
import { hot } from './plans.ts'

let folder = ''
let control: Control
let apps: Apps
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-alerts-'))
  control = Control.open(join(folder, 'control.sqlite'))
  control.run('INSERT INTO tenants VALUES (?, ?, ?)', 'acme', 0, '{}')
  apps = new Apps(control)
  apps.deploy('acme', 'hot', { plan: hot })
})
afterEach(() => {
  control.close()
  rmSync(folder, { recursive: true })
})

function result(sensor: number, told: AlertResult['told'], position: number): AlertResult {
  const of = { app: 'hot', output: 'alerts', severity: 'critical', message: told } as const
  return { ...of, id: `alert${sensor}`, key: { sensor }, told, openedMs: 0, atMs: position, position, epoch: 1, revision: 0 }
}

const shown = (alerts: KeptAlerts): readonly string[] => alerts.list('acme', {}).items.map(({ id, state }) => `${id} ${state}`)

it('of too many alerts those that are over go first, the oldest first', () => {
  const alerts = new KeptAlerts(control, 3)
  alerts.take('acme', [result(1, 'open', 1), result(2, 'open', 2), result(3, 'open', 3), result(2, 'clear', 4), result(3, 'clear', 5)], 6)
  alerts.take('acme', [result(4, 'open', 6), result(5, 'open', 7)], 8)
  expect(shown(alerts)).toEqual(['alert5 raised', 'alert4 raised', 'alert1 raised'])
  alerts.take('acme', [result(6, 'open', 8)], 9)
  expect(shown(alerts)).toEqual(['alert6 raised', 'alert5 raised', 'alert4 raised'])
})

it('what is acknowledged stays so until it is over, but not where it never was', () => {
  const alerts = new KeptAlerts(control)
  const by = { atMs: 9, by: 'me', note: null }
  alerts.take('acme', [result(1, 'open', 1), result(2, 'open', 2)], 3)
  for (const id of ['alert1', 'alert2']) alerts.acknowledge('acme', 'hot', id, by)
  alerts.take('acme', [result(1, 'update', 3), result(2, 'withdraw', 4), result(2, 'open', 5)], 6)
  expect(shown(alerts)).toEqual(['alert2 raised', 'alert1 acknowledged'])
  expect(alerts.find('acme', 'alert2')?.acknowledgement).toBeNull()
})

const seed = Math.floor(Math.random() * 2 ** 31)
it(`results come to the same one by one as many at once (seed ${seed})`, () => {
  const random = new Random(seed)
  control.run('INSERT INTO tenants VALUES (?, ?, ?)', 'other', 0, '{}')
  apps.deploy('other', 'hot', { plan: hot })
  const alerts = new KeptAlerts(control)
  for (let position = 1; position < 300; ) {
    const some = Array.from({ length: random.between(1, 12) }, () =>
      result(random.between(1, 4), random.pick(['open', 'update', 'clear', 'withdraw']), position++),
    )
    for (const one of some) alerts.take('acme', [one], one.position + 1)
    alerts.take('other', some, position)
    for (const { id } of alerts.list('acme', { state: 'raised' }).items.slice(random.between(0, 1)))
      for (const tenant of ['acme', 'other']) alerts.acknowledge(tenant, 'hot', id, { atMs: position, by: 'me', note: null })
    expect(alerts.list('other', {})).toEqual(alerts.list('acme', {}))
    expect(alerts.position('other')).toBe(alerts.position('acme'))
  }
})

it('results and the position behind them are kept together or not at all', () => {
  const alerts = new KeptAlerts(control)
  const failing = function* (): Generator<AlertResult> {
    yield result(1, 'open', 1)
    throw new Error('here it broke off')
  }
  expect(() => alerts.take('acme', failing(), 2)).toThrow()
  expect([shown(alerts), alerts.position('acme')]).toEqual([[], 0])
})

it('of an app that was deleted meanwhile no alert is kept', () => {
  const alerts = new KeptAlerts(control)
  apps.delete('acme', 'hot')
  alerts.take('acme', [result(1, 'open', 1)], 2)
  expect([shown(alerts), alerts.position('acme')]).toEqual([[], 2])
})

it('of the history of an app the newest events are kept', () => {
  const history = new AppHistory(control, 3)
  for (let version = 1; version <= 5; version++) history.add([{ tenant: 'acme', app: 'hot', kind: 'started', version }])
  history.add([{ tenant: 'acme', app: 'gone', kind: 'started', version: 1 }])
  expect(history.list('acme', 'hot', {}).items.map(({ version }) => version)).toEqual([5, 4, 3])
  expect(history.list('acme', 'gone', {}).items).toEqual([])
})

it('of the versions of an app the last hundred are kept', () => {
  for (let limit = 1; limit <= 104; limit++) apps.deploy('acme', 'hot', { plan: hot, params: { limit } })
  const { items } = apps.versions.list('acme', 'hot', { limit: 1000 })
  expect([items.length, items[0]?.version, items.at(-1)?.version]).toEqual([100, 105, 6])
})
