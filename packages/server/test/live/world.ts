import type { AddressInfo } from 'node:net'
import { BatchBuilder, encodeBatch, type Float64Builder, type Int32Builder, joinBatches } from '@millrace/columns'
import { deadStream, Jobs } from '@millrace/jobs'
import { type Log, type LogOptions, openLog, type Receipt } from '@millrace/log'
import { SimulatedDisk } from '@millrace/log/testing'
import { MillraceError, type Plan, type StreamNode, streamFields } from '@millrace/plan'
import { app, float64, int32, minutes, schema, seconds, stream, timestamp, tumbling } from '@millrace/sdk'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Caller } from '../../src/access/caller.ts'
import { compileSchema } from '../../src/http/compile-schema.ts'
import { problemOf, statusOf } from '../../src/http/problem.ts'
import { type LiveOptions, liveRoutes } from '../../src/live/live-routes.ts'
import { Outlets } from '../../src/live/reading/outlets.ts'

export const tenant = 'acme'

const readings = stream('readings', {
  schema: schema({ sensor: int32(), at: timestamp({ format: 'epoch-ms' }), value: float64() }),
  format: 'ndjson',
  time: 'at',
  watermark: { boundedOutOfOrderness: seconds(0) },
})

/** Sums of ten seconds by sensor, and an alert where one is above 100. */
export const sums: Plan = app('sums', {}, (from) => {
  const perSensor = from(readings)
    .keyBy('sensor')
    .window(tumbling(seconds(10)), { allowedLateness: minutes(0) })
    .aggregate((reading, { count, sum }) => ({ count: count(), sum: sum(reading.value) }))
  return {
    sums: perSensor,
    alerts: perSensor.alert({ when: (window) => window.sum > 100, severity: 'critical', message: (window) => `sensor ${window.sensor}` }),
  }
}).plan

const node = sums.streams['readings'] as StreamNode

/** A reading: sensor, seconds of its event time, value. */
export type Reading = readonly [sensor: number, atSeconds: number, value: number]

/** A log, jobs over it, and routes that one key may call. */
export class World {
  nowMs = 1_000_000
  readonly log: Log
  readonly jobs: Jobs
  readonly http: FastifyInstance
  address = ''

  private constructor(log: Log, jobs: Jobs, http: FastifyInstance) {
    this.log = log
    this.jobs = jobs
    this.http = http
  }

  static async open(options: Partial<LiveOptions> = {}, logOptions: Partial<LogOptions> = {}): Promise<World> {
    const disk = new SimulatedDisk()
    let world: World | null = null
    const log = await openLog({ directory: '/log', files: disk, join: joinBatches, clock: () => world?.nowMs ?? 1_000_000, ...logOptions })
    const jobs = new Jobs({ log, directory: '/jobs', files: disk, workers: 0, live: false })
    const http = routesOf(log, options)
    world = new World(log, jobs, http)
    await http.listen({ port: 0, host: '127.0.0.1' })
    world.address = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`
    return world
  }

  /** Of a log whose journals are small, so that `dropAll` can be asked for. */
  static openSmall(options: Partial<LiveOptions> = {}): Promise<World> {
    return World.open(options, { journalBytes: 2000, maxJournals: 0 })
  }

  async close(): Promise<void> {
    await this.http.close()
    await this.jobs.abandon()
    await this.log.close()
  }

  send(sent: readonly Reading[]): Promise<Receipt> {
    return this.log.append({ tenant, chunks: [{ stream: 'readings', kind: 'batch', rows: sent.length, schema: 1, payload: payloadOf(sent) }] })
  }

  sendDead(lines: readonly object[]): Promise<Receipt> {
    const payload = new Uint8Array(Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')))
    return this.log.append({ tenant, chunks: [{ stream: deadStream('readings'), kind: 'bytes', rows: lines.length, schema: 0, payload }] })
  }

  async run(): Promise<void> {
    await this.jobs.start({ tenant, job: 'sums', plan: sums })
    await this.settle()
  }

  settle(): Promise<void> {
    return this.jobs.settle(tenant, 'sums')
  }

  /** Retention drops all that a stream has by now, as when the time of the pin was over; of a world opened by `openSmall`. */
  async dropAll(stream: string, pin: string): Promise<void> {
    await this.log.unpin(tenant, pin)
    // What the newest journal holds stays.
    for (let i = 0; i < 40; i++) await this.sendDead([{ text: 'x'.repeat(300) }])
    this.nowMs += 100_000
    await this.log.setRetention(tenant, stream, { maxAgeMs: 1000, maxBytes: null })
    await this.log.maintain()
    if (this.log.stream(tenant, stream)?.firstSequence != null) throw new Error(`not all of ${stream} was dropped`)
    await this.log.setRetention(tenant, stream, { maxAgeMs: null, maxBytes: null })
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<Response> {
    return fetch(this.address + path, { headers, signal })
  }
}

function payloadOf(sent: readonly Reading[]): Uint8Array {
  const builder = new BatchBuilder(streamFields(node))
  const [sensor, at, value] = builder.columns as readonly [Int32Builder, Float64Builder, Float64Builder]
  for (const [id, atSeconds, reading] of sent) {
    const row = builder.addRow()
    sensor.set(row, id)
    at.set(row, atSeconds * 1000)
    value.set(row, reading)
  }
  return encodeBatch(builder.batch(), 0, sent.length, { shared: true })
}

function routesOf(log: Log, options: Partial<LiveOptions>): FastifyInstance {
  const http = Fastify({ forceCloseConnections: 'idle' })
  const caller: Caller = { keyId: 'key', tenant, scopes: new Set(['read']), device: null }
  http.setValidatorCompiler(compileSchema)
  http.decorateRequest('caller', null)
  http.addHook('onRequest', async (request) => {
    request.caller = caller
  })
  http.setErrorHandler((error, request, reply) => {
    if (!(error instanceof MillraceError)) throw error
    return reply.status(statusOf(error.code)).type('application/problem+json').send(problemOf(error, request.id))
  })
  const streams = { find: (of: string, name: string) => (of === tenant && name === 'readings' ? { tenant, name, version: 1, node } : null) }
  const apps = { plan: (of: string, name: string) => (of === tenant && name === 'sums' ? sums : null) }
  http.register(liveRoutes, { log, outlets: new Outlets(streams, apps, { hasWebhook: () => true, hasSink: () => true }), tenantOf: () => tenant, ...options })
  return http
}
