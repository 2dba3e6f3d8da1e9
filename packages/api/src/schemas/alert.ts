import Type, { type Static } from 'typebox'
import { AtMs, Count, closed, list, Name, oneOf, orNull, PageQuery, Sequence, whole } from './shapes.ts'

const Severity = oneOf(['info', 'warning', 'critical'])
const Note = Type.String({ maxLength: 2000 })
const KeyValue = Type.Union([Type.String({ maxLength: 1024 }), Type.Number(), Type.Boolean(), Type.Null()])
const AlertKey = Type.Record(Type.String({ maxLength: 128 }), KeyValue, { description: 'Columns of the key, by name', examples: [{ station_id: 7 }] })

export const AlertState = oneOf(
  ['raised', 'acknowledged', 'cleared', 'withdrawn'],
  'acknowledged: raised still, and somebody said that they know. cleared: it is over. withdrawn: what raised it was revised or computed anew, it never was',
)
export type AlertState = Static<typeof AlertState>

export const Acknowledgement = closed(
  { atMs: AtMs, by: Type.String({ description: 'Id of the key' }), note: orNull(Note, 'null: none') },
  { description: 'Who said when that they know of an alert' },
)
export type Acknowledgement = Static<typeof Acknowledgement>

export const Alert = closed(
  {
    id: Type.String({ description: 'Of its results (docs/results.md)' }),
    app: Name,
    output: Name,
    key: AlertKey,
    severity: Severity,
    state: AlertState,
    message: Type.String({ description: 'Of its newest result' }),
    openedMs: whole({ description: 'Event time, ms since 1970' }),
    raisedMs: whole({ description: 'Log time, ms since 1970' }),
    changedMs: whole({ description: 'Log time of its newest result' }),
    position: Sequence,
    epoch: Count,
    revision: Count,
    acknowledgement: orNull(Acknowledgement, 'null: there is none'),
    silenced: Type.Boolean({ description: 'A silence that fits it is in force now' }),
  },
  { description: 'An episode of an alert' },
)
export type Alert = Static<typeof Alert>

export const AlertQuery = closed(
  {
    ...PageQuery.properties,
    app: Type.Optional(Name),
    output: Type.Optional(Name),
    severity: Type.Optional(Severity),
    state: Type.Optional(AlertState),
  },
  { description: 'Which alerts' },
)
export type AlertQuery = Static<typeof AlertQuery>

export const AlertTotal = closed(
  { app: Name, output: Name, severity: Severity, raised: Count, acknowledged: Count },
  { description: 'Open alerts of an output' },
)
export type AlertTotal = Static<typeof AlertTotal>

export const AlertPage = closed(
  {
    items: list(Alert),
    next: orNull(Type.String(), 'Send it as `after` for the next page; null: this was the last'),
    open: list(AlertTotal, { description: 'How many are open in all, by output: a storm is a line here' }),
  },
  { description: 'Alerts, the newest first' },
)
export type AlertPage = Static<typeof AlertPage>

export const Acknowledge = closed({ note: Type.Optional(Note) }, { description: 'Says that somebody knows of an alert' })
export type Acknowledge = Static<typeof Acknowledge>

export const NewSilence = closed(
  {
    app: Type.Optional(Name),
    output: Type.Optional(Name),
    key: Type.Optional(AlertKey),
    untilMs: AtMs,
    note: Type.Optional(Note),
  },
  {
    description: 'Holds back notifications of the alerts of an app, an output, a key: what is absent is any',
    examples: [{ app: 'equipment-failures', output: 'alerts', key: { station_id: 7 }, untilMs: 1_790_003_600_000, note: 'maintenance' }],
  },
)
export type NewSilence = Static<typeof NewSilence>

export const Silence = closed(
  {
    id: Type.String(),
    app: orNull(Name, 'null: any'),
    output: orNull(Name, 'null: any'),
    key: AlertKey,
    fromMs: AtMs,
    untilMs: AtMs,
    by: Type.String({ description: 'Id of the key that made it' }),
    note: orNull(Note, 'null: none'),
  },
  { description: 'Alerts that nobody is notified of for a while' },
)
export type Silence = Static<typeof Silence>

export const SilenceList = closed({ items: list(Silence) }, { description: 'Silences in force, those that end first, first' })
export type SilenceList = Static<typeof SilenceList>
