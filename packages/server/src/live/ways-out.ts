import type { SinkSystem } from '@millrace/api/schemas'
import type { Link, WayOutName } from '@millrace/plan'
import type { Settings } from '../settings/settings.ts'

/** How surely results leave by a way, and why. */
export interface WayOut extends Link {
  readonly name: WayOutName
  /** Of what this holds; null: of all. */
  readonly where: string | null
}

/** What was made for an output: names of webhooks and file sinks, null for any; sinks; and whether the history keeps it. */
export interface MadeWays {
  readonly webhooks: readonly (string | null)[]
  readonly files: readonly (string | null)[]
  readonly sinks: readonly MadeSink[]
  readonly history: boolean
}

/** A sink that was made; null: any. */
export interface MadeSink {
  readonly system: SinkSystem
  readonly name: string | null
}

const readers: readonly WayOut[] = [
  {
    name: 'pages',
    guarantee: 'exactly-once',
    where: 'for who keeps the position together with what the rows led to',
    reason: 'a position stays between the same two rows, so none is left out and none is read twice',
  },
  {
    name: 'events',
    guarantee: 'exactly-once',
    where: 'for who keeps the last id together with what the rows led to',
    reason: 'events go on behind Last-Event-ID, without a gap and none twice',
  },
]
const mqtt: readonly WayOut[] = [
  {
    name: 'mqtt-qos-1',
    guarantee: 'at-least-once',
    where: 'QoS 1, and pages from the last $sequence + 1 after being away',
    reason: 'rows are acknowledged, but nothing is kept for a client that is away',
  },
  { name: 'mqtt', guarantee: 'at-most-once', where: 'QoS 0', reason: 'nothing is acknowledged, so nothing is sent again' },
]
const webhook = (name: string | null): WayOut => ({
  name: 'webhooks',
  guarantee: 'at-least-once',
  where: name,
  reason: 'a batch whose answer did not come is sent again, and only _id tells that its rows were there before',
})
const file = (name: string | null): WayOut => ({
  name: 'files',
  guarantee: 'exactly-once',
  where: name,
  reason: 'the log says which files count before they have their names',
})
const history: WayOut = {
  name: 'history',
  guarantee: 'exactly-once',
  where: null,
  reason: 'the manifest that names new files says as well up to which entry of the log they go',
}

const store = (name: SinkSystem, where: string | null): WayOut => ({
  name,
  guarantee: 'exactly-once',
  where,
  reason: 'a result is a row of its own, under its id: writing it again changes nothing',
})
const bySystem: Readonly<Record<SinkSystem, (sink: string | null) => WayOut>> = {
  rabbitmq: (sink) => ({
    name: 'rabbitmq',
    guarantee: 'at-least-once',
    where: sink,
    reason: 'a message whose confirmation did not come is sent again, and only its message id tells that it was there before',
  }),
  kafka: (sink) => ({
    name: 'kafka',
    guarantee: 'exactly-once',
    where: sink,
    reason: 'messages and how far the sink came are one transaction, for who reads committed ones',
  }),
  postgresql: (sink) => store('postgresql', sink),
  mongodb: (sink) => store('mongodb', sink),
  cassandra: (sink) => store('cassandra', sink),
}

/** By what an output's results leave: what the server has open to all who read, and what was made for it. */
export function waysOut({ mqttPort, folder }: Settings, made: MadeWays): readonly WayOut[] {
  const files = folder === null ? [] : made.files.map(file)
  const sinks = made.sinks.map(({ system, name }) => bySystem[system](name))
  return [...readers, ...(mqttPort === null ? [] : mqtt), ...made.webhooks.map(webhook), ...files, ...sinks, ...(made.history ? [history] : [])]
}
