import Type, { type Static } from 'typebox'
import { Count, closed, list, Name, whole } from './shapes.ts'

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A day of UTC', examples: ['2026-11-23'] })

export const UsageQuery = closed(
  {
    from: Type.Optional({ ...Day, description: 'First day (UTC) to be shown; absent: 29 days before the last' }),
    to: Type.Optional({ ...Day, description: 'Last day (UTC) to be shown; absent: today' }),
  },
  { description: 'Days of usage; 400 at most' },
)
export type UsageQuery = Static<typeof UsageQuery>

const ofStreams = {
  records: whole({ minimum: 0, description: 'Records accepted' }),
  deadLetters: whole({ minimum: 0, description: 'Records that did not fit' }),
  receivedBytes: whole({ minimum: 0, description: 'Bytes of bodies and messages, unpacked' }),
}
const ofApps = {
  results: whole({ minimum: 0, description: 'Result rows, revisions included' }),
  lateRecords: whole({ minimum: 0, description: 'Records too late for all of their windows' }),
  cpuMs: Type.Number({ minimum: 0, description: 'Processor time' }),
}
const ofQueries = {
  queries: whole({ minimum: 0, description: 'Queries over the history that ran' }),
  queryMs: Type.Number({ minimum: 0, description: 'How long they ran, waiting not included' }),
}
const storedBytes = whole({ minimum: 0, description: 'Bytes added to the log' })

export const UsageDay = closed(
  {
    day: Day,
    streams: list(closed({ stream: Type.String(), ...ofStreams, storedBytes }, { description: 'What came into a stream' })),
    apps: list(closed({ app: Type.String(), ...ofApps, storedBytes }, { description: 'What an app did' })),
    ...ofQueries,
  },
  { description: 'Usage of a day' },
)
export type UsageDay = Static<typeof UsageDay>

export const Usage = closed(
  {
    tenant: Name,
    storageBytes: whole({ minimum: 0, description: 'What is kept of all streams now, results, dead letters and the history included' }),
    stateBytes: whole({ minimum: 0, description: 'State of all running apps, a few seconds ago' }),
    streams: list(closed({ stream: Type.String(), rows: Count, bytes: Count }, { description: 'What the log holds of a stream now' }), {
      description: "Streams, their dead letters (`alarms/dead`) and apps' results (`app/output`)",
    }),
    apps: list(closed({ app: Type.String(), stateBytes: Count, keys: Count }, { description: 'What a running app holds' })),
    queryMsThisHour: Type.Number({
      minimum: 0,
      description: 'How long queries ran since the hour of the clock began: what the quota `querySecondsPerHour` is of',
    }),
    total: closed({ ...ofStreams, ...ofApps, ...ofQueries, storedBytes }, { description: 'All days shown together' }),
    days: list(UsageDay, { description: 'The oldest first; days without any use are absent' }),
  },
  { description: 'What a tenant uses and used' },
)
export type Usage = Static<typeof Usage>
