import Type, { type Static } from 'typebox'
import { closed, oneOf, whole } from './shapes.ts'

/** Systems that records come from, and results go to, by what connects to them. */
export const sourceSystems = ['rabbitmq', 'kafka'] as const
export const sinkSystems = ['rabbitmq', 'kafka', 'postgresql', 'mongodb', 'cassandra'] as const
export type SourceSystem = (typeof sourceSystems)[number]
export type SinkSystem = (typeof sinkSystems)[number]

/** Nothing that means more where a library is told of it in a URL: `?` would begin options, `%2F` a path, `,` another host. */
const host = '([a-zA-Z0-9._-]+|\\[[0-9a-fA-F:.]+\\])'
const Host = Type.String({ pattern: `^${host}$`, maxLength: 253, examples: ['broker.example.org'] })
const HostAndPort = Type.String({ pattern: `^${host}:[0-9]{1,5}$`, maxLength: 260, examples: ['broker.example.org:9092'] })
const Port = whole({ minimum: 1, maximum: 65_535 })
const Text = Type.String({ minLength: 1, maxLength: 255 })
const Password = Type.String({ maxLength: 1024, description: 'Kept sealed, and never shown' })
const Pem = Type.String({ maxLength: 65_536 })
/** Of tables and their like: nothing that would have to be escaped. */
const TableName = Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]*(\\.[a-zA-Z_][a-zA-Z0-9_]*)?$', maxLength: 127 })
const Create = Type.Boolean({ description: 'Whether it is made where it is missing; default true' })

export const Tls = closed(
  {
    ca: Type.Optional(Type.String({ maxLength: 65_536, description: "Certificates to trust in place of the system's, PEM" })),
    certificate: Type.Optional(Pem),
    privateKey: Type.Optional(Type.String({ maxLength: 65_536, description: 'Of the certificate, PEM; kept sealed, and never shown' })),
    serverName: Type.Optional(Host),
  },
  { description: 'TLS; {} trusts what the system trusts' },
)
export type Tls = Static<typeof Tls>

const login = { user: Type.Optional(Text), password: Type.Optional(Password), tls: Type.Optional(Tls) }

const rabbitmq = {
  host: Host,
  port: Type.Optional(whole({ minimum: 1, maximum: 65_535, description: 'Default 5672; 5671 with TLS' })),
  vhost: Type.Optional(Type.String({ maxLength: 255, description: 'Default /' })),
  ...login,
}

export const RabbitmqSource = closed(
  {
    ...rabbitmq,
    queue: Text,
    prefetch: Type.Optional(whole({ minimum: 1, maximum: 10_000, description: 'Messages that may wait to be acknowledged; default 2000' })),
  },
  { description: 'A queue of RabbitMQ (AMQP 0-9-1), which is there already: each message is a body in the format of the stream' },
)
export type RabbitmqSource = Static<typeof RabbitmqSource>

export const RabbitmqSink = closed(
  {
    ...rabbitmq,
    exchange: Type.Optional(Type.String({ maxLength: 255, description: 'Default: the one that leads to the queue that is called as the routing key' })),
    routingKey: Type.String({ maxLength: 1024, description: '`{column}` stands for the value of a column', examples: ['alarms.{station_id}'] }),
    maxMessageBytes: Type.Optional(whole({ minimum: 1024, maximum: 536_870_912, description: 'What the server takes; default 16,777,216' })),
  },
  { description: 'An exchange of RabbitMQ (AMQP 0-9-1), which is there already: each row is a persistent message of JSON' },
)
export type RabbitmqSink = Static<typeof RabbitmqSink>

const Sasl = closed({ mechanism: oneOf(['plain', 'scram-sha-256', 'scram-sha-512']), user: Text, password: Password }, { description: 'How to log in' })

const kafka = {
  brokers: Type.Immutable(Type.Array(HostAndPort, { minItems: 1, maxItems: 20 })),
  topic: Type.String({ pattern: '^[a-zA-Z0-9._-]+$', maxLength: 249 }),
  sasl: Type.Optional(Sasl),
  tls: Type.Optional(Tls),
}

export const KafkaSource = closed(
  { ...kafka, from: Type.Optional(oneOf(['begin', 'now'], 'With all that the topic holds, or with what comes next (default)')) },
  { description: 'A topic of Kafka: each message is a body in the format of the stream' },
)
export type KafkaSource = Static<typeof KafkaSource>

export const KafkaSink = closed(
  {
    ...kafka,
    key: Type.Optional(Type.String({ maxLength: 1024, description: "A message's key; `{column}` stands for the value of a column. Default: the row's id" })),
    maxMessageBytes: Type.Optional(whole({ minimum: 1024, maximum: 67_108_864, description: 'What the topic takes; default 1,000,000' })),
  },
  { description: 'A topic of Kafka, which is there already: each row is a message of JSON' },
)
export type KafkaSink = Static<typeof KafkaSink>

export const PostgresqlSink = closed(
  { host: Host, port: Type.Optional(Port), database: Text, ...login, table: TableName, create: Type.Optional(Create) },
  { description: 'A table of PostgreSQL: a row a result, changed where the result is revised' },
)
export type PostgresqlSink = Static<typeof PostgresqlSink>

export const MongodbSink = closed(
  {
    servers: Type.Immutable(Type.Array(HostAndPort, { minItems: 1, maxItems: 20 })),
    replicaSet: Type.Optional(Text),
    database: Type.String({ pattern: '^[^\\s/\\\\."$*<>:|?]+$', maxLength: 63 }),
    collection: Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_.-]*$', maxLength: 120 }),
    ...login,
    authSource: Type.Optional(Type.String({ maxLength: 63, description: 'The database that knows the user; default admin' })),
  },
  { description: 'A collection of MongoDB: a document a result, changed where the result is revised' },
)
export type MongodbSink = Static<typeof MongodbSink>

export const CassandraSink = closed(
  {
    contactPoints: Type.Immutable(Type.Array(HostAndPort, { minItems: 1, maxItems: 20 })),
    dataCenter: Text,
    keyspace: Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9_]*$', maxLength: 48 }),
    table: Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9_]*$', maxLength: 48 }),
    ...login,
    create: Type.Optional(Create),
  },
  { description: 'A table of Cassandra: a row a result, changed where the result is revised' },
)
export type CassandraSink = Static<typeof CassandraSink>
