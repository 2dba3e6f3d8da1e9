import type { Duration, Show, Timestamp } from './values.ts'

/** What is no record of further columns. */
export type Leaf = number | string | boolean | null | undefined | Timestamp | Duration | readonly unknown[]

/** Paths of the columns of R whose values are V: `station_id`, `sensor.id`. */
export type PathTo<R, V> = {
  [K in keyof R & string]: R[K] extends V ? K : R[K] extends Leaf ? never : `${K}.${PathTo<R[K], V>}`
}[keyof R & string]

/** What remains of path P below column C. */
export type Below<C extends string, P> = P extends `${C}.${infer Rest}` ? Rest : never
/** The columns of the first level that the paths P go through. */
export type Through<C, P> = C extends P ? C : C extends string ? (P extends `${C}.${string}` ? C : never) : never

/** R with only the columns that P names. */
export type PickPaths<R, P> = Show<{
  readonly [C in keyof R as Through<C, P>]: C extends P ? R[C] : C extends string ? PickPaths<R[C], Below<C, P>> : never
}>

/** R with the list at path P replaced by its element. */
export type Exploded<R, P> = Show<{
  readonly [C in keyof R]: C extends P ? ElementOf<R[C]> : C extends string ? ([Below<C, P>] extends [never] ? R[C] : Exploded<R[C], Below<C, P>>) : R[C]
}>

export type ElementOf<L> = L extends readonly (infer E)[] ? E : never
