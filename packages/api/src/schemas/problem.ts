import Type, { type Static } from 'typebox'
import { closed, list, whole } from './shapes.ts'

export const ProblemIssue = closed(
  {
    code: Type.String({ description: 'Of the error catalogue (docs/errors.md)' }),
    path: Type.String({ description: 'Where in what was sent', examples: ['operators.3.where.args.0'] }),
    message: Type.String({ description: 'What is wrong and what to do' }),
  },
  { description: 'One thing wrong with what was sent' },
)
export type ProblemIssue = Static<typeof ProblemIssue>

/** RFC 9457: the body of every answer that is an error, as application/problem+json. */
export const Problem = closed(
  {
    type: Type.String({ description: 'Address of the page on this error' }),
    title: Type.String({ description: 'What went wrong' }),
    status: whole({ minimum: 400, maximum: 599 }),
    detail: Type.String({ description: 'What to do' }),
    code: Type.String({ description: 'Stable name of the error, of the catalogue (docs/errors.md)' }),
    issues: list(ProblemIssue, { description: 'All that is wrong with what was sent; empty where one thing went wrong' }),
    requestId: Type.Optional(Type.String({ description: 'Under which the server logged the request' })),
  },
  {
    description: 'What went wrong and what to do',
    examples: [
      {
        type: 'https://millrace.dev/errors#STREAM_UNKNOWN',
        title: 'There is no stream alarm.',
        status: 404,
        detail: 'Streams: alarms, air.',
        code: 'STREAM_UNKNOWN',
        issues: [],
      },
    ],
  },
)
export type Problem = Static<typeof Problem>
