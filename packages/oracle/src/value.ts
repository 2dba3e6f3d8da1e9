/** A value as plain JavaScript: timestamps and durations are ms, null is the missing value. */
export type Value = number | string | boolean | null | readonly Value[] | { readonly [name: string]: Value }
export type Values = Readonly<Record<string, Value>>

/** Strings in the order of their UTF-8 bytes (semantics V3), everything else by size. */
export function compareValues(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') return Buffer.compare(Buffer.from(left), Buffer.from(right))
  return Number(left) - Number(right)
}

/** Text that is equal for equal keys only; a missing value is a key of its own (semantics V1). */
export function keyText(names: readonly string[], values: Values): string {
  return JSON.stringify(names.map((name) => values[name] ?? null))
}

/** -0 is 0 (semantics V2). */
export function withoutNegativeZero<T>(value: T): T | 0 {
  return value === 0 ? 0 : value
}
