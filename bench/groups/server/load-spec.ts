/** Where a tenant's records go. */
export interface LoadedTenant {
  readonly name: string
  readonly key: string
}

/** What `load.ts` is to send, and how long. */
export interface LoadSpec {
  readonly port: number
  readonly mqttPort: number
  readonly by: 'http' | 'mqtt'
  /** Connections are theirs by turns. */
  readonly tenants: readonly LoadedTenant[]
  /** In all. Over HTTP a body is on its way on each, over MQTT up to a hundred messages. */
  readonly connections: number
  /** Records of a body or message. */
  readonly rows: number
  readonly ms: number
  /** Not counted, at the begin. */
  readonly warmUpMs: number
  /** Bodies sent at their instants, whether or not those before were answered; null: as fast as they are acknowledged. */
  readonly bodiesPerSecond: number | null
  /** The last record of each body raises an alert, and the time until it is seen is taken. */
  readonly follow: boolean
  /** Ids of producers begin with this. */
  readonly run: string
}

/** What became of it. */
export interface Loaded {
  /** Acknowledged. */
  readonly records: number
  readonly seconds: number
  /** Bodies that were refused: 429. */
  readonly refused: number
  /** From the instant at which a body was due until its alert was there, ms; as many as were seen. */
  readonly alertMs: readonly number[]
}

/** From here on a value raises an alert. */
export const alarmingValue = 1000

/** Whose a connection is. */
export function tenantAt({ tenants }: LoadSpec, connection: number): LoadedTenant {
  return tenants[connection % tenants.length] as LoadedTenant
}
