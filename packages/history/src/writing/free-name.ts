import type { Field } from '@millrace/plan'

/** The name, or one like it that is not taken yet; then it is. DuckDB does not tell cases apart. */
export function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let number = 1; taken.has(free.toLowerCase()); number++) free = `${name}_${number}`
  taken.add(free.toLowerCase())
  return free
}

/** What the fields of records in a list are called in files. */
export function elementNames(fields: readonly Field[]): readonly string[] {
  const taken = new Set<string>()
  return fields.map(({ name }) => freeName(name, taken))
}
