/** How often a record counts in what leaves by a path; the weakest first. */
export const guarantees = ['at-most-once', 'at-least-once', 'exactly-once'] as const
export type Guarantee = (typeof guarantees)[number]

/** By what records come in: `http` is HTTP however it is used, `http-producer` only with producer and sequence. */
export const wayInNames = ['http', 'http-producer', 'mqtt', 'mqtt-qos-1', 'tcp', 'tcp-producer', 'folder', 'rabbitmq', 'kafka'] as const
export type WayInName = (typeof wayInNames)[number]

/** By what results leave: `mqtt` is MQTT with any QoS. */
export const wayOutNames = [
  'pages',
  'events',
  'mqtt',
  'mqtt-qos-1',
  'webhooks',
  'files',
  'history',
  'rabbitmq',
  'kafka',
  'postgresql',
  'mongodb',
  'cassandra',
] as const
export type WayOutName = (typeof wayOutNames)[number]

/** What an app demands of all paths from its streams to its outputs. */
export interface Demand {
  readonly guarantee: Guarantee
  /** Those that are used; left out: all that are open. */
  readonly waysIn?: readonly WayInName[]
  /** Those that are used; left out: all that are open or were made. */
  readonly waysOut?: readonly WayOutName[]
}

/** What one end of a path gives, and why. */
export interface Link {
  readonly guarantee: Guarantee
  readonly reason: string
}

/** What a path gives: as much as its weakest link, for its reason. Between the two everything is exactly once, so that is never the weakest. */
export function guaranteeOfPath(wayIn: Link, wayOut: Link): Link {
  const { guarantee } = isAtLeast(wayIn.guarantee, wayOut.guarantee) ? wayOut : wayIn
  const weak = [wayIn, wayOut].filter((link) => guarantee === 'exactly-once' || link.guarantee !== 'exactly-once')
  return { guarantee, reason: [...new Set(weak.map(({ reason }) => reason))].join('; ') }
}

export function isAtLeast(given: Guarantee, demanded: Guarantee): boolean {
  return guarantees.indexOf(given) >= guarantees.indexOf(demanded)
}

/** Whether a way is among those named, where `mqtt` stands for `mqtt-qos-1` as well; undefined names all. */
export function isNamed(way: string, names: readonly string[] | undefined): boolean {
  return names?.some((name) => way === name || way.startsWith(`${name}-`)) ?? true
}
