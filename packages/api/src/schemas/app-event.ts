import Type, { type Static } from 'typebox'
import { AtMs, closed, oneOf, orNull, pageOf, whole } from './shapes.ts'

export const AppEvent = closed(
  {
    id: whole({ minimum: 1 }),
    atMs: AtMs,
    kind: oneOf(
      ['deployed', 'params-changed', 'rolled-back', 'started', 'stopped', 'restarted', 'failed', 'stalled', 'recovered'],
      'restarted: a run ended and the app goes on from its last snapshot. failed: it was given up, or could not start. stalled: records wait, and none was taken for a while. recovered: it goes on',
    ),
    version: whole({ minimum: 1, description: 'Of the app at that time' }),
    code: orNull(Type.String(), 'Of the error catalogue (docs/errors.md); null: no error'),
    reason: orNull(Type.String(), 'In words; null: it was asked for'),
  },
  { description: 'Something that happened to an app', examples: [{ id: 7, atMs: 1_790_000_000_000, kind: 'started', version: 2, code: null, reason: null }] },
)
export type AppEvent = Static<typeof AppEvent>

export const AppEventPage = pageOf(AppEvent, 'What happened to an app, the newest first; the last 1,000 are kept')
export type AppEventPage = Static<typeof AppEventPage>
