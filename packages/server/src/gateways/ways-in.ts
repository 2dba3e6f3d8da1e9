import type { SourceSystem, WayIn } from '@millrace/api/schemas'
import type { StreamNode } from '@millrace/plan'
import { knownOfStream } from '../intake/message-ids.ts'
import type { Settings } from '../settings/settings.ts'

type Name = WayIn['name']
const once = (name: Name, where: string | null, reason: string): WayIn => ({ way: wayOf(name), name, guarantee: 'exactly-once', where, reason })
const atLeast = (name: Name, where: string | null, reason: string): WayIn => ({ ...once(name, where, reason), guarantee: 'at-least-once' })

const http: readonly WayIn[] = [
  once('http-producer', 'with millrace-producer and millrace-sequence', 'a body is one append, known by its producer and sequence'),
  atLeast('http', 'without them', 'a body that is sent again is kept again'),
]
const qos0: WayIn = { ...once('mqtt', 'QoS 0', 'nothing is acknowledged, so nothing is sent again'), guarantee: 'at-most-once' }
const mqtt: readonly WayIn[] = [atLeast('mqtt-qos-1', 'QoS 1', 'a message without PUBACK is sent again, and MQTT does not say which one it was'), qos0]
const tcp: readonly WayIn[] = [
  once('tcp-producer', 'with a producer in the first line', 'its lines are numbered, and it is told which one comes next'),
  atLeast('tcp', 'without one', 'lines that are sent again are kept again'),
]
const folder: readonly WayIn[] = [once('folder', null, 'a file is taken by renaming it, and its pieces are numbered')]

const bySystem: Readonly<Record<SourceSystem, (source: string | null) => WayIn>> = {
  rabbitmq: (source) => atLeast('rabbitmq', source, 'a message whose acknowledgement did not come through is handed out again'),
  kafka: (source) => once('kafka', source, 'the log keeps how far the source came together with the records'),
}

/** A source that was made; null: any. */
export interface MadeSource {
  readonly system: SourceSystem
  readonly name: string | null
}

/**
 * How surely records come into a stream, by each of the ways that the server has open and by the sources that were made for it, and why
 * (requirement E1).
 */
export function waysIn(node: Pick<StreamNode, 'messageId'>, settings: Settings, sources: readonly MadeSource[]): readonly WayIn[] {
  const { mqttPort, tcpPort } = settings
  const made = sources.map(({ system, name }) => bySystem[system](name))
  const open = [http, mqttPort === null ? [] : mqtt, tcpPort === null ? [] : tcp, settings.folder === null ? [] : folder, made].flat()
  if (node.messageId === undefined) return open
  const reason = `records are told apart by the column ${node.messageId}, among the newest ${knownOfStream.toLocaleString('en')} of the stream`
  return open.map((way) => (way.guarantee === 'at-least-once' ? { ...way, guarantee: 'exactly-once', reason } : way))
}

function wayOf(name: Name): WayIn['way'] {
  return name.split('-')[0] as WayIn['way']
}
