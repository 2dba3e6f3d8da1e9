import { followersOf } from './alert-follower.ts'
import { Bodies } from './bodies.ts'
import { Counted } from './counted.ts'
import { type HttpSender, sendersOf } from './http-sender.ts'
import { type Loaded, type LoadSpec, tenantAt } from './load-spec.ts'
import { MqttSender } from './mqtt-sender.ts'
import { TimedLoad } from './timed-load.ts'

/** A process that loads a server: `load.ts SPEC`, as JSON; prints what became of it, as JSON. */
const spec = JSON.parse(process.argv[2] as string) as LoadSpec
const loaded = await (spec.by === 'mqtt'
  ? messages(spec)
  : spec.bodiesPerSecond === null
    ? asFastAsTaken(spec)
    : new TimedLoad(spec, spec.bodiesPerSecond).run())
process.stdout.write(JSON.stringify(loaded))

async function asFastAsTaken(spec: LoadSpec): Promise<Loaded> {
  const counted = new Counted(spec)
  const followers = await followersOf(spec, () => {})
  let number = Date.now()
  const send = async (sender: HttpSender): Promise<void> => {
    const bodies = new Bodies(spec.rows)
    while (counted.answered(await sender.send(bodies.next(spec.follow ? number++ : null)), spec.rows));
    sender.close()
  }
  await Promise.all(sendersOf(spec).map(send))
  for (const follower of followers) follower.close()
  return counted.loaded()
}

async function messages(spec: LoadSpec): Promise<Loaded> {
  const counted = new Counted(spec)
  const bodies = new Bodies(spec.rows)
  const senders = Array.from({ length: spec.connections }, (_, at) => {
    const { name, key } = tenantAt(spec, at)
    return new MqttSender(spec.mqttPort, `${spec.run}-${at}`, name, key, bodies.next(null))
  })
  await Promise.all(senders.map((sender) => sender.run(() => counted.take(spec.rows))))
  return counted.loaded()
}
