import type { PageQuery } from '../schemas/index.ts'

/** A page of a list. */
export interface Listed<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

export async function* all<Item>(list: (query: PageQuery) => Promise<Listed<Item>>): AsyncGenerator<Item> {
  for (let after: string | undefined; ; ) {
    const { items, next } = await list({ after })
    yield* items
    if (next === null) return
    after = next
  }
}
