import { join } from 'node:path'
import { MillraceClient } from '@millrace/api'
import { httpWay, mqttWay, SentRecords, type Terminal, type Way } from '@millrace/cli'
import type { StreamNode } from '@millrace/plan'
import { openPlatform, type Platform, readSettings } from '@millrace/server'
import dust from '../../examples/air-quality/live.ts'
import stations from '../../examples/bts-alarms/live.ts'
import { Alerts } from './alerts.ts'
import type { StartOptions } from './options.ts'
import { Playback, type RecordedRow } from './playback.ts'
import { freePort } from './ports.ts'
import { keepStartProfiles } from './profiles.ts'
import { dustHeader, dustReadings, speed, stationAlarms } from './recordings.ts'
import { Sensors } from './sensors.ts'
import { tellBegin, tellEnd, tellStatus } from './telling.ts'
import { KeyFile, type StartedTenant, startTenant } from './tenants.ts'

/** What runs, for those who tell of it. */
export interface Started {
  readonly platform: Platform
  readonly mqttPort: number
  readonly tenants: readonly StartedTenant[]
  readonly alerts: Alerts
  readonly operatorKey: string
  readonly folder: string
}

const regions = [0, 1, 2, 3]
const statusEveryMs = 5000

/** Opens the platform, sees to its tenants, lets their sensors send. Errors: those of `openPlatform` and of the client. */
export async function startPlatform(options: StartOptions, terminal: Terminal): Promise<{ stop(): Promise<void> }> {
  const port = await freePort(options.port)
  const mqttPort = await freePort(options.mqttPort)
  for (const [what, wanted, found] of [['HTTP', options.port, port] as const, ['MQTT', options.mqttPort, mqttPort] as const])
    if (wanted !== found) terminal.out(`Port ${wanted} is taken: ${what} is at ${found}.\n`)
  const flags = { data: join(options.folder, 'data'), port, mqttPort, logLevel: 'error', historyWriteSeconds: 5 }
  const platform = await openPlatform(readSettings({ file: null, environment: {}, flags }))
  try {
    return await begin(platform, options, mqttPort, terminal)
  } catch (error) {
    await platform.close()
    throw error
  }
}

async function begin(platform: Platform, { folder }: StartOptions, mqttPort: number, terminal: Terminal): Promise<{ stop(): Promise<void> }> {
  await platform.ready
  const keys = new KeyFile(join(folder, 'keys.json'), platform)
  const bts = await startTenant('bts', stations.plan, keys, platform)
  const air = await startTenant('air', dust.plan, keys, platform)
  const alerts = new Alerts(terminal)
  const started: Started = { platform, mqttPort, tenants: [bts, air], alerts, operatorKey: keys.keyOf('operator', null, 'operator'), folder }
  keepStartProfiles(started, process.env)
  tellBegin(started, terminal)
  const failed = (error: unknown): void => terminal.err(`a sensor's record was not taken: ${error instanceof Error ? error.message : String(error)}\n`)
  const sent = { bts: sentRecords(bts, null), air: sentRecords(air, dustHeader) }
  alerts.follow(bts, sent.bts)
  alerts.follow(air, sent.air)
  const sensors = await Promise.all([
    ...regions.map(async (region) => new Sensors(playback(stationAlarms(region), bts, region), await overMqtt(bts, mqttPort, region), sent.bts, failed)),
    new Sensors(playback(dustReadings(), air, null), overHttp(platform, air), sent.air, failed),
  ])
  const timer = setInterval(() => void tellStatus(started, terminal).catch(() => {}), statusEveryMs)
  return {
    stop: async () => {
      clearInterval(timer)
      terminal.out('\nStopping: what sensors sent is taken, apps take a snapshot.\n')
      await Promise.all(sensors.map((one) => one.stop()))
      await alerts.stop()
      const counts = await tellEnd(started)
      await platform.close()
      terminal.out(counts)
    },
  }
}

/** Goes on behind what was sent before; regions share a stream and begin at different minutes of the recorded hour. */
function playback(rows: readonly RecordedRow[], { before }: StartedTenant, region: number | null): Playback {
  const at = region === null ? before : Math.floor((region / regions.length) * rows.length + before / regions.length)
  return new Playback(rows, { speed, at, nowMs: Date.now() })
}

function overMqtt({ name, sensorKey, stream }: StartedTenant, port: number, region: number): Promise<Way> {
  return mqttWay({ url: `mqtt://127.0.0.1:${port}`, tenant: name, key: sensorKey, stream, device: `region-${region}`, header: null })
}

function overHttp({ address }: Platform, { sensorKey, stream }: StartedTenant): Way {
  return httpWay({ client: new MillraceClient({ url: address, key: sensorKey }), stream, format: 'csv', header: dustHeader })
}

function sentRecords({ stream, plan }: StartedTenant, header: string | null): SentRecords {
  return new SentRecords(stream, plan.streams[stream] as StreamNode, header)
}
