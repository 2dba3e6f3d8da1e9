import type { Link, WayOutName } from '@millrace/plan'
import type { Settings } from '../settings/settings.ts'

/** How surely results leave by a way, and why. */
export interface WayOut extends Link {
  readonly name: WayOutName
  /** Of what this holds; null: of all. */
  readonly where: string | null
}

/** What was made for an output: names of webhooks and file sinks, null for any; and whether the history keeps it. */
export interface MadeWays {
  readonly webhooks: readonly (string | null)[]
  readonly files: readonly (string | null)[]
  readonly history: boolean
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

/** By what an output's results leave: what the server has open to all who read, and what was made for it. */
export function waysOut({ mqttPort, folder }: Settings, made: MadeWays): readonly WayOut[] {
  const files = folder === null ? [] : made.files.map(file)
  return [...readers, ...(mqttPort === null ? [] : mqtt), ...made.webhooks.map(webhook), ...files, ...(made.history ? [history] : [])]
}
