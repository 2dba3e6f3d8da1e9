import type { Failing } from '@millrace/api'

/** Members of settings that say where something comes from or goes to, in their order. */
const places = {
  rabbitmq: ['host', 'queue', 'exchange', 'routingKey'],
  kafka: ['brokers', 'topic'],
  postgresql: ['host', 'database', 'table'],
  mongodb: ['servers', 'database', 'collection'],
  cassandra: ['contactPoints', 'keyspace', 'table'],
} as const

interface Placed {
  readonly system: keyof typeof places
  readonly settings: Readonly<Record<string, unknown>>
}

/** `broker.example.org:9092/alarms`: of several addresses the first. */
export function placeCell({ system, settings }: Placed): string | null {
  const words = places[system].map((member) => settings[member]).map((value) => (Array.isArray(value) ? value[0] : value))
  return words.filter((word) => typeof word === 'string' && word !== '').join('/') || null
}

export function stateCell({ paused, failing }: { readonly paused: boolean; readonly failing: Failing | null }): string {
  if (paused) return 'rests'
  return failing === null ? 'works' : `${failing.tries} tries: ${failing.reason}`
}
