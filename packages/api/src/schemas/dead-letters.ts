import Type, { type Static } from 'typebox'
import { Count, closed, list, orNull, Sequence, whole } from './shapes.ts'

const byCode = Type.Record(Type.String(), Count, { description: 'By code of the error catalogue (docs/errors.md)', examples: [{ VALUE_TYPE: 3 }] })
const ofKey = closed({ key: Type.String(), letters: Count }, { description: "Of a key: the stream's key columns, with / between them" })

export const DeadLetterTotalsQuery = closed(
  { keys: Type.Optional(whole({ minimum: 0, maximum: 10_000, default: 100, description: 'How many keys are told' })) },
  { description: 'What of the totals' },
)
export type DeadLetterTotalsQuery = Static<typeof DeadLetterTotalsQuery>

export const DeadLetterTotals = closed(
  {
    letters: whole({ minimum: 0, description: 'All there ever were, also those that retention dropped' }),
    replayed: whole({ minimum: 0, description: 'Of them, those that were replayed' }),
    byCode,
    keys: whole({ minimum: 0, description: 'Keys that are known by name: the first 10,000' }),
    byKey: list(ofKey, { description: 'Those with most letters first' }),
    otherKeys: whole({ minimum: 0, description: 'Letters of keys that came later' }),
    withoutKey: whole({ minimum: 0, description: 'Letters whose key could not be read' }),
  },
  { description: 'Records that did not fit a stream, counted' },
)
export type DeadLetterTotals = Static<typeof DeadLetterTotals>

export const ReplayDeadLetters = closed(
  {
    from: Type.Optional(whole({ minimum: 0, description: 'The first sequence of interest; `next` of the answer before. Default: all' })),
    limit: Type.Optional(whole({ minimum: 1, maximum: 100_000, default: 10_000, description: 'Letters at most' })),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only tell what would fit' })),
  },
  { description: 'Reads dead letters again, by the schema as it is now' },
)
export type ReplayDeadLetters = Static<typeof ReplayDeadLetters>

const unfit = closed(
  { sequence: Sequence, column: orNull(Type.String(), 'null: it is not one column'), code: Type.String(), reason: Type.String() },
  { description: 'Why a letter still does not fit' },
)

export const DeadLetterReplay = closed(
  {
    replayed: whole({ minimum: 0, description: 'Letters that are records of the stream now' }),
    replayedBefore: whole({ minimum: 0, description: 'Letters that were already' }),
    unfit: whole({ minimum: 0, description: 'Letters that still do not fit' }),
    reasons: list(unfit, { description: 'Why, of the first of them' }),
    next: orNull(Sequence, 'Send it as `from` for the letters that follow; null: these were all'),
  },
  { description: 'What became of dead letters that were read again' },
)
export type DeadLetterReplay = Static<typeof DeadLetterReplay>
