import { addKeyRoutes } from '../access/key-routes.ts'
import { addAppRoutes } from '../apps/app-routes.ts'
import { addAuditRoutes } from '../control/audit-routes.ts'
import { addTenantRoutes } from '../control/tenant-routes.ts'
import { addHistoryRoutes } from '../history/history-routes.ts'
import { addMetricsRoute } from '../metrics/metrics-route.ts'
import type { Ground } from '../platform-ground.ts'
import { addStreamRoutes } from '../streams/stream-routes.ts'
import { addUsageRoutes } from '../usage/usage-routes.ts'
import { addHealthRoutes } from './health-routes.ts'

/** The routes of the control plane. */
export function addRoutes(ground: Ground): void {
  for (const add of [
    addHealthRoutes,
    addTenantRoutes,
    addKeyRoutes,
    addStreamRoutes,
    addAppRoutes,
    addHistoryRoutes,
    addAuditRoutes,
    addUsageRoutes,
    addMetricsRoute,
  ])
    add(ground)
}
