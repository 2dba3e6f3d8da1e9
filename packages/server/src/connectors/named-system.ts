import { MillraceError } from '@millrace/plan'
import type { Settings } from './sealed-settings.ts'

/** The one system that a request names, with its settings; null: it names none. Errors: CONNECTOR_SYSTEM. */
export function systemNamed<S extends string>(body: Readonly<Partial<Record<S, Settings>>>, systems: readonly S[]): { system: S; settings: Settings } | null {
  const named = systems.flatMap((system) => {
    const settings = body[system]
    return settings === undefined ? [] : [{ system, settings }]
  })
  if (named.length > 1) throw systemsWrong(named.length, systems)
  return named[0] ?? null
}

export function systemsWrong(count: number, systems: readonly string[]): MillraceError {
  return new MillraceError('CONNECTOR_SYSTEM', { count, systems: systems.join(', ') })
}

/** Errors: CONNECTOR_NAME. */
export function checkConnectorName(name: string): void {
  if (!/^[a-z][a-z0-9_-]{0,63}$/i.test(name)) throw new MillraceError('CONNECTOR_NAME', { name })
}
