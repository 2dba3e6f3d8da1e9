/** A page of a list, as PageQuery of the API asks for it. */
export interface PageRequest {
  /** Key of the last item of the page before. */
  readonly after?: string
  readonly limit?: number
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Null: this was the last. */
  readonly next: string | null
}

export const defaultPageLimit = 100

/** `rows` are those behind `after`, up to one more than the page holds: that one says whether there is a next page. */
export function pageOf<T>(rows: readonly T[], { limit = defaultPageLimit }: PageRequest, keyOf: (item: T) => string): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last !== undefined ? keyOf(last) : null }
}
