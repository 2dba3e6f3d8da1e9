import { join } from 'node:path'
import { MillraceClient } from '@millrace/api'
import type { Plan, StreamNode } from '@millrace/plan'
import { app, float64, hopping, int32, int64, milliseconds, schema, seconds, stream, timestamp, tumbling } from '@millrace/sdk'
import type { ServerProcess } from './server-process.ts'

/** What a tenant has: the apps, and what of their results somebody follows. */
export interface Site {
  readonly tenant: string
  readonly plans: readonly Plan[]
  /** Outputs that are followed as events. */
  readonly followed: readonly Output[]
  /** Outputs that are sent to a webhook. */
  readonly hooked: readonly Output[]
}

export interface Output {
  readonly app: string
  readonly output: string
}

const examples = join(import.meta.dirname, '..', '..', '..', '..', 'examples', 'bts-alarms')

async function example(name: string): Promise<Plan> {
  const { default: app } = (await import(join(examples, `${name}.ts`))) as { readonly default: { readonly plan: Plan } }
  return app.plan
}

/** Readings of now: their streams fall silent while nobody sends, and the log's clock goes on for them. */
const readings = stream('readings', {
  schema: schema({ sensor: int32(), at: timestamp({ format: 'epoch-ms' }), value: float64(), number: int64() }),
  format: 'ndjson',
  time: 'at',
  watermark: { boundedOutOfOrderness: milliseconds(300) },
  idleTimeout: milliseconds(400),
  messageId: 'number',
})

const perSecond = app('per-second', { params: { most: 90 } }, (from) => {
  const windows = from(readings)
    .keyBy('sensor')
    .window(tumbling(seconds(1)), { allowedLateness: milliseconds(500) })
    .aggregate((r, { count, max, avg }) => ({ readings: count(), highest: max(r.value), mean: avg(r.value) }))
  return { windows, alerts: windows.alert({ when: (w, p) => w.highest > p.most, message: (w) => `sensor ${w.sensor}: ${w.highest}` }) }
}).plan

const switches = app('switches', {}, (from) => ({
  alerts: from(readings)
    .keyBy('sensor')
    .alert({ when: (r) => r.value > 80, severity: 'info', message: (r) => `sensor ${r.sensor} is on: ${r.value}`, clearAfter: seconds(2) }),
  quiet: from(readings)
    .keyBy('sensor')
    .window(hopping(seconds(3), seconds(1)), { allowedLateness: seconds(1) })
    .aggregate((r, { min }) => ({ lowest: min(r.value) }))
    .final(),
})).plan

/** Windows that are revised, alerts with a cooldown, late records, totals over everything, watermarks of time and of records, idle streams. */
export async function sites(): Promise<readonly Site[]> {
  return [
    {
      tenant: 'north',
      plans: [await example('equipment-failures'), await example('totals')],
      followed: [
        { app: 'equipment-failures', output: 'alerts' },
        { app: 'totals', output: 'totals' },
      ],
      hooked: [{ app: 'equipment-failures', output: 'failures' }],
    },
    {
      tenant: 'south',
      plans: [await example('equipment-failures-by-count'), perSecond, switches],
      followed: [
        { app: 'per-second', output: 'windows' },
        { app: 'equipment-failures-by-count', output: 'failures' },
      ],
      hooked: [{ app: 'per-second', output: 'alerts' }],
    },
  ]
}

/** Makes tenant, key, streams and apps, and starts these; answers the key. */
export async function settle({ tenant, plans, hooked }: Site, server: ServerProcess, hookUrl: string): Promise<string> {
  const operator = new MillraceClient({ url: server.url, key: server.operator })
  await operator.createTenant({ name: tenant })
  const { secret } = await operator.createKey({ tenant, scopes: ['admin'] })
  const client = new MillraceClient({ url: server.url, key: secret })
  for (const plan of plans) {
    for (const [name, declaration] of Object.entries(plan.streams))
      await client.declareStream(name, { declaration: declaration as StreamNode, history: { keep: true, maxAgeMs: null } })
    await client.deployApp(plan.name, { plan })
    await client.startApp(plan.name)
  }
  for (const { app: of, output } of hooked) await client.createWebhook(`${of}-${output}`, { app: of, output, url: hookUrl, from: 'begin' })
  return secret
}
