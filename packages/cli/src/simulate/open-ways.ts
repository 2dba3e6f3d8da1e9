import type { SimulateFlags } from '../commands/simulate.ts'
import type { Remote } from '../remote/remote.ts'
import { httpWay } from './ways/http.ts'
import type { Way } from './ways/way.ts'

/** As many ways as there are senders. Errors: CLI_MQTT_REFUSED, CLI_TCP_REFUSED. */
export async function openWays({ client, target }: Remote, stream: string, header: string | null, flags: SimulateFlags): Promise<readonly Way[]> {
  const { key } = target
  const { hostname } = new URL(target.url)
  const run = crypto.randomUUID().slice(0, 8)
  const senders = Array.from({ length: flags.senders }, (_, at) => `simulate-${run}-${at}`)
  if (flags.way === 'tcp') {
    const { tcpWay } = await import('./ways/tcp.ts')
    return await Promise.all(senders.map((producer) => tcpWay({ url: flags.url ?? `tcp://${hostname}:9000`, key, stream, producer, header })))
  }
  if (flags.way === 'mqtt') {
    const { mqttWay } = await import('./ways/mqtt.ts')
    const tenant = target.tenant ?? (await client.usage()).tenant
    return await Promise.all(senders.map((device) => mqttWay({ url: flags.url ?? `mqtt://${hostname}:1883`, tenant, key, stream, device, header })))
  }
  const format = header === null ? 'ndjson' : 'csv'
  return senders.map(() => httpWay({ client, stream, format, header }))
}
