import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Control } from '../../src/control/control.ts'
import { type FileSink, fileSinkKind } from '../../src/live/file-sinks/file-sink.ts'
import { KeptWays } from '../../src/live/kept-ways.ts'
import { type KeptWebhook, webhookKind } from '../../src/live/webhooks/webhook.ts'

const way = { tenant: 'acme', name: 'out', app: 'hot', output: 'alerts', from: 'now', createdMs: 1_790_000_000_000 } as const
const hook: KeptWebhook = { ...way, url: 'https://example.com/', secret: 'whs_one' }
const sink: FileSink = { ...way, format: 'csv', everySeconds: 60 }

let folder = ''
let control: Control
let hooks: KeptWays<KeptWebhook>
let sinks: KeptWays<FileSink>
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-ways-'))
  control = Control.open(join(folder, 'control.sqlite'), undefined, 'os')
  control.run('INSERT INTO tenants VALUES (?, ?, ?)', 'acme', 0, '{}')
  hooks = new KeptWays(control, webhookKind)
  sinks = new KeptWays(control, fileSinkKind)
})
afterEach(() => {
  control.close()
  rmSync(folder, { recursive: true })
})

it('ways of each kind are kept as they were made, apart from the other kind', () => {
  hooks.create(hook)
  sinks.create(sink)
  expect([{ ...hooks.get('acme', 'out') }, hooks.list('acme').length, hooks.all().length]).toEqual([hook, 1, 1])
  expect([{ ...sinks.get('acme', 'out') }, sinks.list('acme').length, sinks.all().length]).toEqual([sink, 1, 1])
  hooks.delete('acme', 'out')
  expect([hooks.find('acme', 'out'), hooks.all(), sinks.all().length]).toEqual([null, [], 1])
})

it('a name is given once, and a tenant has a hundred of a kind at most', () => {
  for (let made = 0; made < 100; made++) sinks.create({ ...sink, name: `out${made}` })
  expect(() => sinks.create({ ...sink, name: 'out7' })).toThrow('There is a file sink out7 already.')
  expect(() => sinks.create(sink)).toThrow('The tenant may have 100 file sinks, and has them.')
  hooks.create(hook)
})

it('a way holds as long as it is the one that was made, and no other has its name', () => {
  hooks.create(hook)
  hooks.check({ ...hook })
  hooks.delete('acme', 'out')
  expect(() => hooks.check(hook)).toThrow('The tenant has no running webhook out.')
  hooks.create({ ...hook, secret: 'whs_two' })
  expect(() => hooks.check(hook)).toThrow('The tenant has no running webhook out.')
  sinks.create({ ...sink, createdMs: sink.createdMs + 1 })
  expect(() => sinks.check(sink)).toThrow('The tenant has no file sink out.')
})
