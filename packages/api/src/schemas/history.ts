import Type, { type Static } from 'typebox'
import { AtMs, Count, closed, list, oneOf, orNull, whole } from './shapes.ts'

export const HistoryChoice = closed(
  {
    keep: Type.Boolean({ description: 'Rows go on into the history; false: what is there stays until it is past its age' }),
    maxAgeMs: orNull(whole({ minimum: 1 }), 'Rows go this long after they were accepted, a file at a time; null: never'),
  },
  { description: 'What the history keeps of a stream, or of the outputs of an app', examples: [{ keep: true, maxAgeMs: 31_536_000_000 }] },
)
export type HistoryChoice = Static<typeof HistoryChoice>

export const HistoryState = closed(
  {
    ...HistoryChoice.properties,
    rowsBehind: whole({ minimum: 0, description: 'Sequences of the log that were not looked at yet' }),
    behindMs: whole({ minimum: 0, description: 'How long the oldest row waits that is not there yet' }),
    failing: orNull(Type.String(), 'Why rows could not be written when last tried; they are in the log. null: they could'),
  },
  { description: 'What the history keeps, and how far it is' },
)
export type HistoryState = Static<typeof HistoryState>

const QueryName = Type.String({ pattern: '^[a-zA-Z0-9_-]{1,64}$' })
const QueryParamValue = Type.Unsafe<string | number | boolean | null>({ type: ['string', 'number', 'boolean', 'null'] })

const QueryBounds = closed(
  {
    timeMs: Type.Optional(whole({ minimum: 1 })),
    rows: Type.Optional(whole({ minimum: 1, description: 'Of the answer' })),
    memoryBytes: Type.Optional(whole({ minimum: 16_777_216 })),
  },
  { description: 'Lower limits than those of the server' },
)

const asked = {
  query: Type.Optional(Type.String({ ...QueryName, description: 'A name to cancel it by, chosen by who asks' })),
  limits: Type.Optional(QueryBounds),
}

export const HistoryQuery = closed(
  {
    sql: Type.String({ minLength: 1, maxLength: 65_536, description: "One SELECT in DuckDB's dialect over the tables of the history" }),
    params: Type.Optional(Type.Record(Type.String(), QueryParamValue, { description: 'Values of `$name` in the SQL' })),
    ...asked,
  },
  {
    description: 'A question to the history',
    examples: [{ sql: 'SELECT station_id, sum(failures) AS failures FROM latest."equipment-failures/failures" GROUP BY ALL', params: {} }],
  },
)
export type HistoryQuery = Static<typeof HistoryQuery>

export const HistoryColumn = closed({ name: Type.String(), type: Type.String({ description: "DuckDB's name of it" }) }, { description: 'A column' })
export type HistoryColumn = Static<typeof HistoryColumn>

export const HistoryAnswer = closed(
  {
    columns: list(HistoryColumn),
    rows: list(Type.Record(Type.String(), Type.Unknown())),
    truncated: Type.Boolean({ description: 'There are more rows than the limits let through' }),
    tookMs: whole({ minimum: 0, description: 'Waiting included' }),
  },
  {
    description: 'Rows of the history',
    examples: [{ columns: [{ name: 'n', type: 'BIGINT' }], rows: [{ n: 42 }], truncated: false, tookMs: 120 }],
  },
)
export type HistoryAnswer = Static<typeof HistoryAnswer>

export const HistoryTable = closed(
  {
    name: Type.String({ description: 'In SQL, in double quotes where it is more than letters, digits and _' }),
    results: Type.Boolean({ description: 'Rows are results: `latest."name"` shows only the newest of each' }),
    keep: Type.Boolean({ description: 'New rows go on into it' }),
    maxAgeMs: orNull(whole(), 'null: rows never go'),
    columns: list(HistoryColumn),
    rows: Count,
    bytes: Count,
    files: Count,
    fromMs: orNull(AtMs, 'Time of its earliest row; null: it has none'),
    toMs: orNull(AtMs, 'Time of its latest row'),
    rowsBehind: whole({ minimum: 0, description: 'Sequences of the log that were not looked at yet' }),
    behindMs: whole({ minimum: 0, description: 'How long the oldest row waits that is not here yet' }),
    failing: orNull(Type.String(), 'Why rows could not be written when last tried; they are in the log. null: they could'),
  },
  { description: 'What the history holds of a stream or an output' },
)
export type HistoryTable = Static<typeof HistoryTable>

export const HistoryTables = closed({ items: list(HistoryTable) }, { description: 'Tables by name' })
export type HistoryTables = Static<typeof HistoryTables>

const AnalysisValue = Type.Unsafe<string | number | boolean | null | readonly string[]>({
  anyOf: [{ type: ['string', 'number', 'boolean', 'null'] }, { type: 'array', items: { type: 'string' }, maxItems: 32 }],
})

export const AnalysisParam = closed(
  {
    name: Type.String(),
    kind: oneOf(['table', 'column', 'columns', 'choice', 'number', 'whole', 'instant', 'zone']),
    about: Type.String(),
    required: Type.Boolean(),
    default: Type.Optional(AnalysisValue),
    choices: Type.Optional(list(Type.String())),
  },
  { description: 'What an analysis takes' },
)
export type AnalysisParam = Static<typeof AnalysisParam>

export const Analysis = closed({ name: Type.String(), about: Type.String(), params: list(AnalysisParam) }, { description: 'A ready-made question' })
export type Analysis = Static<typeof Analysis>

export const Analyses = closed({ items: list(Analysis) }, { description: 'The ready-made questions' })
export type Analyses = Static<typeof Analyses>

export const AnalysisRun = closed(
  { values: Type.Record(Type.String(), AnalysisValue, { description: 'By the names of its params' }), ...asked },
  {
    description: 'Asks a ready-made question',
    examples: [{ values: { table: 'equipment-failures/failures', by: ['station_id'], value: 'failures' } }],
  },
)
export type AnalysisRun = Static<typeof AnalysisRun>
