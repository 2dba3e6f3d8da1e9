import { type Static, Type } from '@fastify/type-provider-typebox'

const limit = (description: string, fallback: number | null) =>
  Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], { description: `${description}; null: no limit`, default: fallback })

/** Every setting there is, with its default; docs/settings.md is made from it. */
export const settingsSchema = Type.Object(
  {
    data: Type.String({ minLength: 1, description: 'Folder of all that the server keeps', default: 'millrace-data' }),
    host: Type.String({ minLength: 1, description: 'Address to listen on; 0.0.0.0: all of this machine', default: '127.0.0.1' }),
    port: Type.Integer({ minimum: 0, maximum: 65_535, description: 'Port of the REST API; 0: any that is free', default: 8080 }),
    mqttPort: Type.Union([Type.Integer({ minimum: 0, maximum: 65_535 }), Type.Null()], {
      description: 'Port of MQTT, 1883 or with TLS 8883 by custom; 0: any that is free; null: no MQTT',
      default: null,
    }),
    tcpPort: Type.Union([Type.Integer({ minimum: 0, maximum: 65_535 }), Type.Null()], {
      description: 'Port of lines over TCP, with TLS where the others have it; 0: any that is free; null: none',
      default: null,
    }),
    tlsKey: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
      description: 'File with the private key (PEM); with tlsCertificate all is served over TLS',
      default: null,
    }),
    tlsCertificate: Type.Union([Type.String({ minLength: 1 }), Type.Null()], { description: 'File with the certificate and its chain (PEM)', default: null }),
    folder: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
      description: 'Folder for files in and out, by tenant: <folder>/<tenant>/in/<stream>/ and <folder>/<tenant>/out/<sink>/; null: none',
      default: null,
    }),
    folderSinkBytes: limit('Finished files of a file sink that nobody took away; beyond it the sink waits', 10_737_418_240),
    durability: Type.Union([Type.Literal('fsync'), Type.Literal('os')], {
      description: 'What an acknowledgement means. fsync: on the disk. os: handed to the system, which survives a crash of the process, not a loss of power',
      default: 'fsync',
    }),
    workers: Type.Integer({
      minimum: 0,
      maximum: 64,
      description: 'Threads that run jobs, and over which one is spread where that makes it faster; 0: the one of the server',
      default: 1,
    }),
    snapshotSeconds: Type.Integer({ minimum: 1, maximum: 86_400, description: 'A job that took records takes a snapshot after this time', default: 30 }),
    stalledSeconds: Type.Integer({
      minimum: 1,
      maximum: 86_400,
      description: 'An app that takes none of the records that wait for so long is stalled',
      default: 60,
    }),
    requestBytes: Type.Integer({
      minimum: 1024,
      maximum: 67_108_864,
      description: 'Largest body of a request; bodies of records have no limit',
      default: 2_097_152,
    }),
    requestDepth: Type.Integer({ minimum: 8, maximum: 1000, description: 'Deepest nesting of JSON in a request', default: 200 }),
    requestSeconds: Type.Integer({
      minimum: 1,
      maximum: 3600,
      description: 'How long the headers of a request may take to come, and then its body; bodies of records have no limit',
      default: 20,
    }),
    requestsPerSecond: Type.Integer({ minimum: 1, description: 'Requests a key may make, over ten seconds', default: 500 }),
    metricsToken: Type.Union([Type.String({ minLength: 16 }), Type.Null()], {
      description: 'With it GET /metrics can be read, and nothing else; null: only with an operator key',
      default: null,
    }),
    shutdownSeconds: Type.Integer({ minimum: 1, maximum: 600, description: 'How long requests under way may take at the end', default: 10 }),
    logLevel: Type.Union([Type.Literal('debug'), Type.Literal('info'), Type.Literal('warn'), Type.Literal('error'), Type.Literal('silent')], {
      description: 'What is written to the log of the server',
      default: 'info',
    }),
    historyResults: Type.Union([Type.Literal('on'), Type.Literal('off')], {
      description: 'Whether the history keeps the results of apps that do not say',
      default: 'on',
    }),
    historyWriteSeconds: Type.Integer({ minimum: 1, maximum: 3600, description: 'Rows are in the history this long after they were accepted', default: 60 }),
    historyMemoryBytes: Type.Integer({ minimum: 67_108_864, description: 'What the process that writes the history may hold', default: 268_435_456 }),
    querySeconds: Type.Integer({
      minimum: 1,
      maximum: 3600,
      description: 'A query over the history is ended after this time; the quota of a tenant may be less',
      default: 30,
    }),
    queryMemoryBytes: Type.Integer({ minimum: 33_554_432, description: 'A query is ended beyond this memory', default: 536_870_912 }),
    queryTemporaryBytes: Type.Integer({ minimum: 0, description: 'Disk for what of a query does not fit into memory', default: 1_073_741_824 }),
    queryThreads: Type.Integer({ minimum: 1, maximum: 64, description: 'Threads of a query', default: 1 }),
    queryRows: Type.Integer({ minimum: 1, description: 'Rows of an answer; what lies beyond is cut, and the answer says so', default: 100_000 }),
    queryAnswerBytes: Type.Integer({ minimum: 65_536, maximum: 1_073_741_824, description: 'Bytes of an answer', default: 67_108_864 }),
    queriesAtOnce: Type.Integer({ minimum: 1, maximum: 64, description: 'Queries that run at once; others wait', default: 4 }),
    queriesPerTenant: Type.Integer({ minimum: 1, maximum: 64, description: 'Queries of one tenant that run at once', default: 2 }),
    backups: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
      description: 'Folder that backups are made in, outside of the data folder, best on another disk; null: none can be made',
      default: null,
    }),
    outgoingAllow: Type.String({
      description: 'Addresses or ranges (10.0.0.0/8) that webhooks, sources and sinks may connect to though they are not public, separated by commas',
      default: '',
    }),
    quotaRecordsPerSecond: limit('Default quota of a tenant: records taken in', null),
    quotaStorageBytes: limit('Default quota of a tenant: all streams, results, dead letters and the history included', null),
    quotaStateBytes: limit('Default quota of a tenant: state of one app', 1_073_741_824),
    quotaKeys: limit('Default quota of a tenant: keys of one app', 5_000_000),
    quotaApps: limit('Default quota of a tenant: apps', 100),
    quotaStreams: limit('Default quota of a tenant: streams', 100),
    quotaQuerySecondsPerHour: limit('Default quota of a tenant: seconds that its queries may run in an hour of the clock, all together', null),
  },
  { additionalProperties: false },
)
export type Settings = Readonly<Static<typeof settingsSchema>>
export type SettingName = keyof Settings

export const settingNames = Object.keys(settingsSchema.properties) as readonly SettingName[]

export const defaultSettings = Object.fromEntries(
  Object.entries(settingsSchema.properties).map(([name, schema]) => [name, (schema as { readonly default?: unknown }).default]),
) as Settings

/** `tlsKey` is MILLRACE_TLS_KEY. */
export function variableOf(name: string): string {
  return `MILLRACE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}
