import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Audit } from '../src/control/audit.ts'
import { Control } from '../src/control/control.ts'

it('refusals drive out older refusals of the tenant, and nothing else; everything goes with its age', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-audit-'))
  const control = Control.open(join(folder, 'control.sqlite'))
  const audit = new Audit(control, { keptMs: 1000, keptRefusals: 10, lookEvery: 5 })
  const add = (atMs: number, tenant: string | null, result: string) =>
    audit.add({ atMs, tenant, keyId: 'k', address: null, action: 'deployApp', target: 'apps/a', result })
  const results = (tenant: string) => audit.list(tenant, { limit: 1000 }).items.map(({ result }) => result)
  add(1, 'other', 'KEY_SCOPE')
  for (let at = 0; at < 3; at++) add(2, 'acme', 'ok')
  for (let at = 0; at < 502; at++) add(3, 'acme', 'KEY_SCOPE')
  expect(results('acme').filter((result) => result === 'ok')).toHaveLength(3)
  expect(results('acme').length).toBe(13)
  expect(results('other')).toHaveLength(1)
  for (let at = 0; at < 5; at++) add(2000, 'acme', 'ok')
  expect(results('acme')).toHaveLength(5)
  control.close()
  rmSync(folder, { recursive: true })
})
