import type { Caller } from '../access/caller.ts'
import { tenantOf } from '../http/authorize.ts'
import type { Ground, OpenPart } from '../platform-ground.ts'
import { currentOutlets } from './current-outlets.ts'
import { liveRoutes } from './live-routes.ts'

/** Records out over HTTP. */
export const openLive: OpenPart = async (ground) => {
  const { http, log, keys, tenants } = ground
  await liveRoutes(http, {
    log,
    outlets: currentOutlets(ground),
    tenantOf: (request) => tenantOf(request, tenants),
    isValid: (caller) => isValid(caller, ground),
    onKeyEnded: (ended) => keys.onEnded(ended),
  })
  return { close: async () => {} }
}

/** Whether a key that was valid still is. */
function isValid({ tenant, keyId }: Caller, { keys }: Ground): boolean {
  const key = keys.find(tenant, keyId)
  return key !== null && key.revokedMs === null && (key.expiresMs === null || Date.now() < key.expiresMs)
}
