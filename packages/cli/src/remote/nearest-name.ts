import { type MillraceClient, RequestFailed } from '@millrace/api'
import { hint } from '../nearest.ts'
import { allItems } from './all-items.ts'

type Listing = (client: MillraceClient) => Promise<readonly { readonly name: string }[]>

/** What could have been meant, by the code of the error. */
const listings: Readonly<Record<string, Listing>> = {
  APP_UNKNOWN: (client) => allItems(client, (page) => client.listApps(page)),
  STREAM_UNKNOWN: (client) => allItems(client, (page) => client.listStreams(page)),
  SOURCE_UNKNOWN: async (client) => (await client.listSources()).items,
  SINK_UNKNOWN: async (client) => (await client.listSinks()).items,
  TENANT_UNKNOWN: (client) => allItems(client, (page) => client.listTenants(page)),
}

/** The failure with the nearest name that there is, where one of the words is like it. */
export async function withNearest(failure: unknown, client: MillraceClient, words: readonly unknown[]): Promise<unknown> {
  const list = failure instanceof RequestFailed ? listings[failure.code] : undefined
  if (!(failure instanceof RequestFailed) || list === undefined) return failure
  const names = (await list(client).catch(() => [])).map(({ name }) => name)
  const spoken = words.flatMap((word) => (typeof word === 'string' ? word.split('/') : []))
  const found = spoken.map((word) => (names.includes(word) ? '' : hint(word, names))).find((text) => text !== '')
  if (found === undefined) return failure
  const { message: title, action, status, code, issues } = failure
  return new RequestFailed({ title, detail: `${action}${found}`, status, code, issues }, { cause: failure })
}
