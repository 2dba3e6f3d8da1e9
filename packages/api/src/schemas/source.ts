import Type, { type Static } from 'typebox'
import { AtMs, Count, closed, list, Name, oneOf, orNull, whole } from './shapes.ts'
import { KafkaSource, RabbitmqSource, sourceSystems } from './systems.ts'

const systems = { rabbitmq: Type.Optional(RabbitmqSource), kafka: Type.Optional(KafkaSource) }

export const NewSource = closed(
  { stream: Name, ...systems },
  {
    description: 'Takes records from a system outside: one of those that can be named, with its settings',
    examples: [{ stream: 'alarms', rabbitmq: { host: 'broker.example.org', user: 'acme', password: 'secret', queue: 'alarms' } }],
  },
)
export type NewSource = Static<typeof NewSource>

export const SourceChange = closed(
  { paused: Type.Optional(Type.Boolean()), ...systems },
  { description: 'Other settings of the same system, whole, or a pause; the source goes on where it was', examples: [{ paused: true }] },
)
export type SourceChange = Static<typeof SourceChange>

export const Failing = closed({ tries: Count, reason: Type.String() }, { description: 'Tries in a row that failed, and why the last one did' })
export type Failing = Static<typeof Failing>

export const Settings = Type.Record(Type.String(), Type.Unknown(), { description: 'Without secrets' })

export const Source = closed(
  {
    name: Name,
    stream: Name,
    identity: Type.String({ description: 'What it is called in its system: the group of a Kafka source' }),
    system: oneOf(sourceSystems),
    settings: Settings,
    createdMs: AtMs,
    paused: Type.Boolean(),
    messages: whole({ minimum: 0, description: 'Since the start of the server, as all figures here' }),
    accepted: whole({ minimum: 0, description: 'Records' }),
    rejected: whole({ minimum: 0, description: 'Records that did not fit: dead letters of the stream' }),
    repeated: whole({ minimum: 0, description: 'Records whose message id was known' }),
    lost: whole({ minimum: 0, description: 'Messages that the system dropped before they were read' }),
    behind: orNull(Count, 'Messages that wait in the system, about; null: it did not say'),
    position: orNull(Type.String({ maxLength: 1_000_000 }), 'What the log keeps of how far it is; null: the system keeps that itself, or nothing came'),
    failing: orNull(Failing, 'null: it works'),
  },
  { description: 'A source and how far it is' },
)
export type Source = Static<typeof Source>

export const SourceList = closed({ items: list(Source) }, { description: 'Sources by name' })
export type SourceList = Static<typeof SourceList>
