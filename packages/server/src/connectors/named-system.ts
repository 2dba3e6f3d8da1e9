import { MillraceError } from '@millrace/plan'
import type { Named } from '../live/kept-ways.ts'
import type { SealedSettings, Settings } from './sealed-settings.ts'

type Systems<S extends string> = Readonly<Partial<Record<S, Settings>>>

/** The one system that a request names, with its settings. Errors: CONNECTOR_SYSTEM. */
export function theSystem<S extends string>(body: Systems<S>, systems: readonly S[]): { readonly system: S; readonly settings: Settings } {
  const named = systemNamed(body, systems)
  if (named === null) throw systemsWrong(0, systems)
  return named
}

interface Changeable extends Named {
  readonly system: string
  readonly sealed: string
  readonly paused: 0 | 1
}

/** A source or sink as a request changes it: other settings of the same system, a rest, or both. Errors: CONNECTOR_SYSTEM. */
export function changedBy<K extends Changeable, S extends string>(
  body: Systems<S> & { readonly paused?: boolean },
  before: K,
  systems: readonly S[],
  sealed: SealedSettings,
): K {
  const named = systemNamed(body, systems)
  if (named !== null && named.system !== before.system) throw systemsWrong(1, [before.system])
  return {
    ...before,
    ...(named !== null && { sealed: sealed.seal(named.settings, before) }),
    ...(body.paused !== undefined && { paused: body.paused ? 1 : 0 }),
  }
}

/** Null: it names none. */
function systemNamed<S extends string>(body: Systems<S>, systems: readonly S[]): { system: S; settings: Settings } | null {
  const named = systems.flatMap((system) => {
    const settings = body[system]
    return settings === undefined ? [] : [{ system, settings }]
  })
  if (named.length > 1) throw systemsWrong(named.length, systems)
  return named[0] ?? null
}

function systemsWrong(count: number, systems: readonly string[]): MillraceError {
  return new MillraceError('CONNECTOR_SYSTEM', { count, systems: systems.join(', ') })
}

/** Errors: CONNECTOR_NAME. */
export function checkConnectorName(name: string): void {
  if (!/^[a-z][a-z0-9_-]{0,63}$/i.test(name)) throw new MillraceError('CONNECTOR_NAME', { name })
}
