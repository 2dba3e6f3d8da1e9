/** The entry of a map under a key, which is made where it is new. */
export function entryOf<T>(groups: Map<string, T>, key: string, make: () => T): T {
  const known = groups.get(key)
  if (known !== undefined) return known
  const made = make()
  groups.set(key, made)
  return made
}
