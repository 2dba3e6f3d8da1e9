import { MillraceError } from '@millrace/plan'
import type { SimulateFlags } from '../commands/simulate.ts'
import type { Remote } from '../remote/remote.ts'
import { httpWay } from './ways/http.ts'
import type { Way } from './ways/way.ts'

/** As many ways as there are senders. Errors: CLI_OPTION_VALUE, CLI_MQTT_REFUSED, CLI_TCP_REFUSED. */
export async function openWays({ client, target }: Remote, stream: string, header: string | null, flags: SimulateFlags): Promise<readonly Way[]> {
  const { key } = target
  const { hostname } = new URL(target.url)
  const run = crypto.randomUUID().slice(0, 8)
  const senders = Array.from({ length: flags.senders }, (_, at) => `simulate-${run}-${at}`)
  if (flags.way === 'tcp') {
    const { tcpWay } = await import('./ways/tcp.ts')
    const url = addressOf(flags.url ?? `tcp://${hostname}:9000`, ['tcp', 'tls'])
    return await Promise.all(senders.map((producer) => tcpWay({ url, key, stream, producer, header })))
  }
  if (flags.way === 'mqtt') {
    const { mqttWay } = await import('./ways/mqtt.ts')
    const url = addressOf(flags.url ?? `mqtt://${hostname}:1883`, ['mqtt', 'mqtts'])
    const tenant = target.tenant ?? (await client.usage()).tenant
    return await Promise.all(senders.map((device) => mqttWay({ url, tenant, key, stream, device, header })))
  }
  const format = header === null ? 'ndjson' : 'csv'
  return senders.map(() => httpWay({ client, stream, format, header }))
}

function addressOf(text: string, schemes: readonly [string, string]): string {
  const url = URL.parse(text)
  if (url !== null && url.hostname !== '' && schemes.includes(url.protocol.slice(0, -1))) return text
  const [plain, secured] = schemes.map((scheme) => `${scheme}://HOST:PORT`)
  throw new MillraceError('CLI_OPTION_VALUE', {
    option: '--url',
    expected: `${plain} or ${secured}`,
    text,
    example: `${schemes[0]}://localhost:${schemes[0] === 'tcp' ? 9000 : 1883}`,
    hint: '',
  })
}
