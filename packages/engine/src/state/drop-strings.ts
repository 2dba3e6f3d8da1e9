import type { StatefulOperator } from '../operator.ts'
import type { Strings } from './strings.ts'

/** Drops the strings that no operator's state holds any more; the others get new numbers. */
export function dropStrings(strings: Strings, stations: readonly { readonly operator: StatefulOperator }[]): void {
  const used = new Uint8Array(strings.dictionary.size)
  for (const { operator } of stations) operator.markStrings(used)
  const numbers = strings.keep(used)
  for (const { operator } of stations) operator.renumberStrings(numbers)
}
