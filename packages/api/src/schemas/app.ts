import type { Constant } from '@millrace/plan'
import Type, { type Static } from 'typebox'
import { HistoryChoice, HistoryState } from './history.ts'
import { Job, JobFigures } from './job.ts'
import { PlanReference } from './plan.ts'
import { AtMs, closed, list, Name, oneOf, orNull, pageOf, whole } from './shapes.ts'

export const constant = Type.Unsafe<Constant>({
  anyOf: [
    { type: ['string', 'number', 'boolean'] },
    { type: 'object', properties: { durationMs: { type: 'integer' } }, required: ['durationMs'], additionalProperties: false },
    { type: 'object', properties: { timestampMs: { type: 'integer' } }, required: ['timestampMs'], additionalProperties: false },
  ],
})
export const Params = Type.Record(Type.String(), constant, { description: "Values for the plan's params, by name", examples: [{ limit: 5 }] })
export type Params = Static<typeof Params>

export const AppState = oneOf(
  ['deployed', 'running', 'stalled', 'stopped', 'failed'],
  'deployed: never started. stalled: records wait, and none was taken for a while. failed: given up after several tries; `job.ended` says why',
)
export type AppState = Static<typeof AppState>

const app = {
  name: Name,
  version: whole({ minimum: 1, description: 'Grows with each deploy that changes something' }),
  planHash: Type.String({ description: 'SHA-256 of the canonical plan' }),
  deployedMs: AtMs,
  state: AppState,
  params: Params,
  streams: list(Name, { description: 'Streams it reads' }),
  outputs: list(Name),
  job: orNull(Job, 'null: it does not run'),
}
const example = {
  name: 'equipment-failures',
  version: 2,
  planHash: '9f2c...',
  deployedMs: 1_790_000_000_000,
  state: 'running',
  params: { limit: 5 },
  streams: ['alarms'],
  outputs: ['failures', 'alerts'],
  job: { state: 'running', position: 120_000, epoch: 1, snapshot: null, ended: [] },
}
export const App = closed(app, { description: "A tenant's plan under a name", examples: [example] })
export type App = Static<typeof App>

export const AppDetails = closed({ ...app, plan: PlanReference, history: HistoryState }, { description: 'An app with its plan' })
export type AppDetails = Static<typeof AppDetails>

export const AppPage = pageOf(App, 'Apps by name')
export type AppPage = Static<typeof AppPage>

export const Deployment = closed(
  { plan: PlanReference, params: Type.Optional(Params), history: Type.Optional(HistoryChoice) },
  { description: 'A plan to be deployed: checked whole, then kept as the next version. A running app goes on with it, and what of its state fits is kept' },
)
export type Deployment = Static<typeof Deployment>

export const StateFate = closed(
  {
    kind: oneOf(['stream', 'operator']),
    name: Type.String({ description: 'Name of the stream, id of the operator' }),
    fate: oneOf(['kept', 'new', 'dropped']),
    reason: Type.String({ description: 'Why it is dropped; empty else' }),
  },
  { description: 'What becomes of state' },
)
export type StateFate = Static<typeof StateFate>

export const Comparison = closed(
  { same: Type.Boolean({ description: 'It is the plan that is deployed' }), state: list(StateFate) },
  { description: 'What a deploy of the plan would do to the state there is' },
)
export type Comparison = Static<typeof Comparison>

export const Start = closed(
  {
    from: Type.Optional(
      Type.Union([oneOf(['begin', 'now']), whole({ minimum: 0 })], {
        description: 'Where an app without state begins: with all that its streams hold (default), with what comes next, or at a sequence',
      }),
    ),
    savepoint: Type.Optional(Type.String({ maxLength: 128, description: 'Go on from this savepoint, in a new epoch' })),
  },
  { description: 'How an app starts; one that ran before goes on where it was' },
)
export type Start = Static<typeof Start>

export const FreshStart = closed({ from: Start.properties.from }, { description: 'Forgets the state: the app begins at `from`, in a new epoch' })
export type FreshStart = Static<typeof FreshStart>

export const Stop = closed(
  {
    savepoint: Type.Optional(
      Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9_-]*$', maxLength: 128, description: 'Keep the state under this name as well; an app has at most 100' }),
    ),
  },
  { description: 'How an app stops: always with a snapshot' },
)
export type Stop = Static<typeof Stop>

export const Savepoints = closed({ items: list(Type.String()) }, { description: 'Names of the savepoints of an app' })
export type Savepoints = Static<typeof Savepoints>

export const AppFigures = closed(
  { app: Name, figures: orNull(JobFigures, 'null: it does not run at the moment') },
  { description: 'What a running app counts and holds' },
)
export type AppFigures = Static<typeof AppFigures>
