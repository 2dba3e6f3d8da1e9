import Type, { type Static } from 'typebox'
import { Count, closed, list, oneOf, orNull, Sequence, whole } from './shapes.ts'

export const Rejection = closed(
  {
    record: whole({ minimum: 1, description: 'Its number in the body' }),
    column: orNull(Type.String(), 'null: it is not one column'),
    code: Type.String({ description: 'Of the error catalogue (docs/errors.md)' }),
    reason: Type.String(),
  },
  { description: 'Why a record was not accepted; it is a dead letter' },
)
export type Rejection = Static<typeof Rejection>

/** The answer to records that were sent, given once they are durable. */
const FirstAndLast = Type.Unsafe<readonly [number, number]>({ type: 'array', items: Sequence, minItems: 2, maxItems: 2 })

export const IntakeReceipt = closed(
  {
    accepted: Count,
    rejected: Count,
    repeated: whole({ minimum: 0, description: 'Records that were not kept again, as their message id is known' }),
    duplicate: Type.Boolean({ description: 'The body was accepted before, with this producer and sequence; nothing was appended' }),
    sequences: orNull(FirstAndLast, 'Of the accepted records, first and last; null: there are none'),
    rejections: list(Rejection, { description: 'The first of them; all are dead letters' }),
  },
  {
    description: 'What became of the records of a body',
    examples: [
      {
        accepted: 2,
        rejected: 1,
        repeated: 0,
        duplicate: false,
        sequences: [41, 42],
        rejections: [{ record: 2, column: 'value', code: 'VALUE_NOT_NUMBER', reason: 'Column value is not a number.' }],
      },
    ],
  },
)
export type IntakeReceipt = Static<typeof IntakeReceipt>

/** Headers of records in. */
export const IntakeHeaders = Type.Object(
  {
    'millrace-producer': Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'Who sends; with `millrace-sequence` a retry is absorbed' })),
    'millrace-sequence': Type.Optional(whole({ minimum: 0, description: 'Number of the body among those of the producer; it grows' })),
  },
  { description: 'How records are sent' },
)
export type IntakeHeaders = Static<typeof IntakeHeaders>

export const RecordsQuery = closed(
  {
    from: Type.Optional(
      Type.Union([Sequence, oneOf(['begin', 'now'])], {
        description: 'The first sequence of interest, `begin` (default) or `now`; `next` of the answer before',
      }),
    ),
    fromMs: Type.Optional(whole({ description: 'In place of `from`: records taken in at this time or later, ms since 1970' })),
    limit: Type.Optional(whole({ minimum: 1, maximum: 10_000, default: 1000 })),
    waitMs: Type.Optional(whole({ minimum: 0, maximum: 60_000, default: 0, description: 'How long to wait where there is none yet' })),
  },
  { description: 'Which records' },
)
export type RecordsQuery = Static<typeof RecordsQuery>

/** A record as it is read: its columns; a result has `_id` and `_revision` besides (docs/results.md). */
export const RecordRow = Type.Record(Type.String(), Type.Unknown(), { examples: [{ station_id: 7, value: 21.5 }] })
export type RecordRow = Static<typeof RecordRow>

export const RecordsPage = closed(
  { items: list(RecordRow), next: whole({ minimum: 0, description: 'Send it as `from` for what comes next' }) },
  { description: 'Records in their order' },
)
export type RecordsPage = Static<typeof RecordsPage>

export const DeadLetter = closed(
  {
    stream: Type.String(),
    record: whole({ minimum: 1, description: 'Its number in the body' }),
    byteOffset: whole({ minimum: 0, description: 'Where it began in the body' }),
    column: orNull(Type.String(), 'null: it is not one column'),
    code: Type.String({ description: 'Of the error catalogue (docs/errors.md)' }),
    reason: Type.String(),
    key: orNull(Type.String(), 'Of the record, where it could be read'),
    text: orNull(Type.String(), 'The record as it was sent; null: it is not UTF-8'),
    base64: orNull(Type.String(), 'The record as it was sent, where it is not UTF-8'),
  },
  { description: 'A record that does not fit its stream' },
)
export type DeadLetter = Static<typeof DeadLetter>

export const DeadLetterPage = closed(
  { items: list(DeadLetter), next: whole({ minimum: 0, description: 'Send it as `from` for what comes next' }) },
  { description: 'Dead letters in their order' },
)
export type DeadLetterPage = Static<typeof DeadLetterPage>
