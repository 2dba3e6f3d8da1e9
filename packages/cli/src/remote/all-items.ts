import type { Listed, MillraceClient, PageQuery } from '@millrace/api'

/** All items of a list of pages. */
export async function allItems<Item>(client: MillraceClient, list: (query: PageQuery) => Promise<Listed<Item>>): Promise<readonly Item[]> {
  const items: Item[] = []
  for await (const item of client.all(list)) items.push(item)
  return items
}
