import { wayInNames } from '@millrace/plan'
import Type, { type Static } from 'typebox'
import { Guarantee } from './delivery.ts'
import { HistoryChoice, HistoryState } from './history.ts'
import { StreamReference } from './plan.ts'
import { AtMs, Count, closed, list, Name, oneOf, orNull, pageOf, Sequence, whole } from './shapes.ts'

export const Retention = closed(
  {
    maxAgeMs: orNull(whole({ minimum: 1 }), 'By ingestion time; null: no limit'),
    maxBytes: orNull(whole({ minimum: 1 }), 'null: no limit'),
  },
  { description: 'What of a stream may go; what apps still need is kept', examples: [{ maxAgeMs: 604_800_000, maxBytes: null }] },
)
export type Retention = Static<typeof Retention>

export const StreamFigures = closed(
  {
    rows: whole({ minimum: 0, description: 'Records kept' }),
    bytes: Count,
    firstSequence: orNull(Sequence, 'Of the oldest record kept; null: none is'),
    lastSequence: orNull(Sequence, 'Of the newest'),
    lastIngestionMs: orNull(AtMs, 'When the newest came'),
    droppedUpTo: whole({ minimum: 0, description: 'No record up to this sequence is kept any more; 0: nothing was dropped' }),
    droppedRows: whole({ minimum: 0, description: 'Records that retention dropped so far' }),
  },
  { description: 'What the log holds of a stream' },
)
export type StreamFigures = Static<typeof StreamFigures>

export const WayIn = closed(
  {
    way: oneOf(['http', 'mqtt', 'tcp', 'folder', 'rabbitmq', 'kafka']),
    name: oneOf(wayInNames, 'As the demand of an app names it'),
    guarantee: Guarantee,
    where: orNull(Type.String(), 'Of what this holds; null: of all'),
    reason: Type.String(),
  },
  { description: 'How surely records come in by a way, and why' },
)
export type WayIn = Static<typeof WayIn>

export const Stream = closed(
  {
    name: Name,
    version: whole({ minimum: 1, description: 'Of its schema' }),
    declaredMs: AtMs,
    declaration: StreamReference,
    retention: Retention,
    figures: StreamFigures,
    history: HistoryState,
    waysIn: list(WayIn, { description: 'Of the ways in that the server has open, and of the sources of the stream' }),
  },
  { description: "A tenant's named, typed, durable, ordered log of records" },
)
export type Stream = Static<typeof Stream>

export const StreamDeclarationRequest = closed(
  { declaration: StreamReference, retention: Type.Optional(Retention), history: Type.Optional(HistoryChoice) },
  { description: 'Declares a stream, or its next schema version where the declaration differs' },
)
export type StreamDeclarationRequest = Static<typeof StreamDeclarationRequest>

export const StreamVersion = closed(
  { version: whole({ minimum: 1 }), declaredMs: AtMs, declaration: StreamReference },
  { description: 'A schema version of a stream' },
)
export type StreamVersion = Static<typeof StreamVersion>

export const StreamVersions = pageOf(StreamVersion, 'Schema versions, the oldest first; a stream has at most 1,000')
export type StreamVersions = Static<typeof StreamVersions>

export const StreamPage = pageOf(Stream, 'Streams by name')
export type StreamPage = Static<typeof StreamPage>
