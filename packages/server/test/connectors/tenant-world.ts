import { randomUUID } from 'node:crypto'
import { MillraceClient, type RecordsPage } from '@millrace/api'
import type { StreamNode } from '@millrace/plan'
import { app, float64, int32, schema, seconds, stream, text, timestamp, tumbling } from '@millrace/sdk'
import type { World } from '../world.ts'

const readingsStream = stream('readings', {
  schema: schema({ sensor: int32(), at: timestamp({ format: 'epoch-ms' }), value: float64(), note: text() }),
  format: 'ndjson',
  time: 'at',
  watermark: { boundedOutOfOrderness: seconds(0) },
  idleTimeout: null,
})

/** Windows of ten seconds, and alerts where one is high; what comes after its window was closed is late. */
export const watch = app('watch', {}, (from) => {
  const windows = from(readingsStream)
    .keyBy('sensor')
    .window(tumbling(seconds(10)))
    .aggregate((r, { count, max }) => ({ count: count(), highest: max(r.value) }))
  return { windows, alerts: windows.alert({ when: (w) => w.highest > 90, message: (w) => `sensor ${w.sensor}` }) }
}).plan

export const declaration = watch.streams['readings'] as StreamNode

export function reading(sensor: number, second: number, value = 1, note = ''): string {
  return JSON.stringify({ sensor, at: second * 1000, value, note })
}

/** A tenant of the world, with the stream `readings` and the app `watch`, which runs. */
export class Tenant {
  readonly name: string
  readonly key: string
  private readonly world: World

  private constructor(world: World, key: string, name: string) {
    this.world = world
    this.key = key
    this.name = name
  }

  static async in(world: World): Promise<Tenant> {
    const name = `tenant-${randomUUID().slice(0, 8)}`
    const tenant = new Tenant(world, await world.tenant(name), name)
    await tenant.client.declareStream('readings', { declaration })
    await tenant.client.deployApp('watch', { plan: watch })
    await tenant.client.startApp('watch')
    return tenant
  }

  /** Of the server as it listens now. */
  get client(): MillraceClient {
    return new MillraceClient({ url: this.world.platform.address, key: this.key })
  }

  async records(): Promise<RecordsPage['items']> {
    return (await this.client.readRecords('readings', { from: 'begin', limit: 10_000 })).items
  }

  async windows(): Promise<RecordsPage['items']> {
    await this.world.settled(this.name, 'watch')
    return (await this.client.readResults('watch', 'windows', { from: 'begin', limit: 10_000 })).items
  }
}
