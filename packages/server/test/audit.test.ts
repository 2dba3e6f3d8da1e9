import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditEntry } from '@millrace/api/schemas'
import { afterEach, expect, it } from 'vitest'
import { Audit, type AuditLimits } from '../src/control/audit.ts'
import { Control } from '../src/control/control.ts'

const opened: Control[] = []
let folder = ''
const failures: unknown[] = []
afterEach(() => {
  for (const control of opened.splice(0)) control.close()
  rmSync(folder, { recursive: true })
})

function open(limits?: AuditLimits) {
  folder = mkdtempSync(join(tmpdir(), 'millrace-audit-'))
  const control = Control.open(join(folder, 'control.sqlite'), undefined, 'os')
  opened.push(control)
  const audit = new Audit(control, (error) => void failures.push(error), limits)
  const entry = { atMs: 1, tenant: 'acme' as string | null, keyId: 'k' as string | null, address: null as string | null, action: 'deployApp', target: 'apps/a' }
  const add = (result: string, more: Partial<typeof entry> = {}): void => audit.add({ ...entry, ...more, result })
  const all = (): readonly AuditEntry[] => audit.list(null, { limit: 1000 }).items
  return { control, audit, add, all }
}

it('refusals drive out older refusals of the tenant, and nothing else; everything goes with its age', () => {
  const { add, audit } = open({ keptMs: 1000, keptRefusals: 10, lookEvery: 5, refusals: { withinMs: 60_000, kinds: 1000 } })
  const results = (tenant: string) => audit.list(tenant, { limit: 1000 }).items.map(({ result }) => result)
  add('KEY_SCOPE', { tenant: 'other' })
  for (let at = 0; at < 3; at++) add('ok', { atMs: 2 })
  for (let at = 0; at < 502; at++) add('KEY_SCOPE', { atMs: 3, target: `apps/${at}` })
  expect(results('acme').filter((result) => result === 'ok')).toHaveLength(3)
  expect(results('acme').length).toBe(13)
  expect(results('other')).toHaveLength(1)
  for (let at = 0; at < 5; at++) add('ok', { atMs: 2000 })
  expect(results('acme')).toHaveLength(5)
})

it('the first refusal of a kind is kept at once, those that follow as one with their number; what was done is kept each time', () => {
  const { add, audit, all } = open()
  for (let at = 1; at <= 5; at++) {
    add('KEY_SCOPE', { atMs: at })
    add('ok', { atMs: at })
  }
  const refused = () => all().filter(({ result }) => result !== 'ok')
  expect(refused()).toMatchObject([{ atMs: 1, times: 1 }])
  audit.flush()
  expect(refused()).toMatchObject([
    { atMs: 5, times: 4 },
    { atMs: 1, times: 1 },
  ])
  expect(all().filter(({ result }) => result === 'ok')).toHaveLength(5)
  audit.flush()
  add('KEY_SCOPE', { atMs: 6 })
  expect(refused().map(({ times }) => times)).toEqual([1, 4, 1])
})

it('a flood of wrong keys from everywhere leaves a few entries that count all of it, and hides no refusal of a tenant', () => {
  const { add, audit, all } = open({ keptMs: 1e6, keptRefusals: 1e6, lookEvery: 1e6, refusals: { withinMs: 60_000, kinds: 10 } })
  const stranger = { keyId: null, tenant: null, action: 'connectMqtt' }
  for (let at = 0; at < 20_000; at++) add('KEY_REQUIRED', { ...stranger, address: `10.0.${at % 200}.1`, target: `tenants/${at}` })
  expect(all()).toHaveLength(10)
  add('KEY_SCOPE', { address: '10.1.1.1' })
  expect(all()[0]).toMatchObject({ keyId: 'k', address: '10.1.1.1', result: 'KEY_SCOPE' })
  audit.flush()
  const ofStrangers = all().filter(({ result }) => result === 'KEY_REQUIRED')
  expect(ofStrangers).toHaveLength(10 + 10 + 1)
  expect(ofStrangers.reduce((sum, { times }) => sum + times, 0)).toBe(20_000)
  expect(ofStrangers.filter(({ address }) => address === null)).toMatchObject([{ times: 19_000, target: '' }])
})

it('what cannot be written is counted on; what is counted of a forgotten tenant is never written', () => {
  const { add, audit, all, control } = open()
  for (let at = 0; at < 3; at++) add('KEY_SCOPE')
  for (let at = 0; at < 3; at++) add('KEY_SCOPE', { tenant: 'erased', keyId: null })
  audit.forgetTenant('erased')
  control.run('PRAGMA query_only = ON')
  audit.flush()
  expect(failures).toHaveLength(1)
  control.run('PRAGMA query_only = OFF')
  add('KEY_SCOPE')
  audit.flush()
  expect(all()).toMatchObject([{ tenant: 'acme', times: 3 }, { times: 1 }])
})

it('pages of a tenant hold its own entries, those of nobody the entries of all', () => {
  const { add, audit } = open()
  for (let at = 0; at < 6; at++) add('ok', { target: `apps/${at}`, tenant: ['acme', 'other', null][at % 3] as string | null })
  const pages = (tenant: string | null, limit: number): readonly (readonly string[])[] => {
    const found: (readonly string[])[] = []
    for (let after: string | undefined; ; ) {
      const { items, next } = audit.list(tenant, { limit, ...(after !== undefined && { after }) })
      found.push(items.map(({ target }) => target))
      if (next === null) return found
      after = next
    }
  }
  expect(pages('acme', 1)).toEqual([['apps/3'], ['apps/0']])
  expect(pages(null, 4)).toEqual([
    ['apps/5', 'apps/4', 'apps/3', 'apps/2'],
    ['apps/1', 'apps/0'],
  ])
})
