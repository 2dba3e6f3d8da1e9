import { tenantOf } from '../http/authorize.ts'
import type { OpenPart } from '../platform-ground.ts'
import { recordsRoute } from './records-route.ts'

/** Records in over HTTP. */
export const openRecords: OpenPart = async ({ http, intake, keys, streams, tenants }) => {
  // Apart from the other routes: it reads bodies of its own.
  await http.register(async (own) => {
    await recordsRoute(own, { intake, streams, tenantOf: (request) => tenantOf(request, tenants), onKeyEnded: (ended) => keys.onEnded(ended) })
  })
  return { close: async () => {} }
}
