import type { Named } from '../live/kept-ways.ts'

/** What a source or sink is called in its system: one that is made anew under the same name is another. */
export function identityOf({ tenant, name, createdMs }: Named & { readonly createdMs: number }): string {
  return `millrace.${tenant}.${name}.${createdMs.toString(36)}`
}
