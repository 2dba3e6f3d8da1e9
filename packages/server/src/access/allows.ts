import type { Caller, Scope } from './caller.ts'

/** What a route asks for: `public` of nobody, else one of these scopes. */
export type Needed = 'public' | readonly Scope[]

/** Whether a caller has one of the scopes. The operator has all; an admin all but the operator's. */
export function allows({ scopes }: Caller, needed: readonly Scope[]): boolean {
  if (scopes.has('operator')) return true
  return needed.some((scope) => scopes.has(scope) || (scope !== 'operator' && scopes.has('admin')))
}
