import Type, { type Static } from 'typebox'
import { AppDetails, constant, Params, StateFate } from './app.ts'
import { AtMs, closed, list, oneOf, orNull, pageOf, whole } from './shapes.ts'

const Version = whole({ minimum: 1 })

export const AppVersion = closed(
  {
    version: Version,
    deployedMs: AtMs,
    cause: oneOf(['deployed', 'params-changed', 'rolled-back']),
    rolledBackTo: orNull(Version, 'The earlier version that it is like; null: it was not rolled back'),
    planHash: Type.String({ description: 'SHA-256 of the canonical plan' }),
    params: Params,
  },
  { description: 'A version of an app' },
)
export type AppVersion = Static<typeof AppVersion>

export const AppVersionPage = pageOf(AppVersion, 'Versions of an app, the newest first; the last 100 are kept')
export type AppVersionPage = Static<typeof AppVersionPage>

export const RollBack = closed(
  { version: Version, dryRun: Type.Optional(Type.Boolean({ description: 'Only tell what would become of the state' })) },
  { description: 'Brings back the plan and params of an earlier version, as a new one', examples: [{ version: 3 }] },
)
export type RollBack = Static<typeof RollBack>

export const RolledBack = closed(
  { app: AppDetails, state: list(StateFate, { description: 'What became of the state there was, or would' }) },
  { description: 'An app that was rolled back' },
)
export type RolledBack = Static<typeof RolledBack>

export const ParamsChange = closed(
  {
    params: Type.Record(Type.String(), Type.Union([constant, Type.Null()]), {
      description: "New values, by name; null: the plan's own again; those absent stay",
      examples: [{ limit: 7 }],
    }),
  },
  { description: 'Params to be changed: a new version with the same plan, which keeps all state' },
)
export type ParamsChange = Static<typeof ParamsChange>
