import Type, { type Static } from 'typebox'
import { AtMs, Count, closed, list, Name, oneOf, orNull, whole } from './shapes.ts'
import { Failing, Settings } from './source.ts'
import { CassandraSink, KafkaSink, MongodbSink, PostgresqlSink, RabbitmqSink, sinkSystems } from './systems.ts'

const systems = {
  rabbitmq: Type.Optional(RabbitmqSink),
  kafka: Type.Optional(KafkaSink),
  postgresql: Type.Optional(PostgresqlSink),
  mongodb: Type.Optional(MongodbSink),
  cassandra: Type.Optional(CassandraSink),
}

/** What goes out: results of an output, records that came too late for an operator, records of a stream, or its dead letters. */
export const Outgoing = Type.Union(
  [
    closed({ app: Name, output: Name }, { description: 'Results of an output, alerts among them' }),
    closed({ app: Name, late: Name }, { description: 'Records that came too late for this operator' }),
    closed({ stream: Name }, { description: 'Records of a stream' }),
    closed({ deadLetters: Name }, { description: 'Records that did not fit this stream' }),
  ],
  { description: 'What goes out' },
)
export type Outgoing = Static<typeof Outgoing>

export const NewSink = closed(
  { of: Outgoing, from: Type.Optional(oneOf(['begin', 'now'], 'With all there is, or with what comes next (default)')), ...systems },
  {
    description: 'Brings results or records to a system outside: one of those that can be named, with its settings',
    examples: [
      {
        of: { app: 'equipment-failures', output: 'alerts' },
        postgresql: { host: 'db.example.org', database: 'acme', user: 'acme', password: 'secret', table: 'alerts' },
      },
    ],
  },
)
export type NewSink = Static<typeof NewSink>

export const SinkChange = closed(
  { paused: Type.Optional(Type.Boolean()), ...systems },
  { description: 'Other settings of the same system, whole, or a pause; the sink goes on where it was', examples: [{ paused: false }] },
)
export type SinkChange = Static<typeof SinkChange>

export const Sink = closed(
  {
    name: Name,
    of: Outgoing,
    identity: Type.String({ description: 'What it is called in its system: the group and the transactional id of a Kafka sink' }),
    system: oneOf(sinkSystems),
    settings: Settings,
    createdMs: AtMs,
    paused: Type.Boolean(),
    position: orNull(Count, 'Rows below it are there, or were refused; null: it never ran'),
    behind: orNull(Count, 'Sequences from there to the newest row that it will bring; null: it rests'),
    rows: whole({ minimum: 0, description: 'That are there, since the start of the server' }),
    refused: whole({ minimum: 0, description: 'That the system would not take, since the start of the server: dead letters of the sink' }),
    failing: orNull(Failing, 'null: it works'),
  },
  { description: 'A sink and how far it is' },
)
export type Sink = Static<typeof Sink>

export const SinkList = closed({ items: list(Sink) }, { description: 'Sinks by name' })
export type SinkList = Static<typeof SinkList>
