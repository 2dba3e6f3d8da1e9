import { addKeyRoutes } from '../access/key-routes.ts'
import { addAlertRoutes } from '../alerts/alert-routes.ts'
import { addSilenceRoutes } from '../alerts/silence-routes.ts'
import { addAppRoutes } from '../apps/app-routes.ts'
import { addBackupRoutes } from '../backup/backup-routes.ts'
import { addAuditRoutes } from '../control/audit-routes.ts'
import { addTenantRoutes } from '../control/tenant-routes.ts'
import { addDeadLetterRoutes } from '../dead-letters/dead-letter-routes.ts'
import { addExportRoutes } from '../export/export-routes.ts'
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
    addExportRoutes,
    addKeyRoutes,
    addStreamRoutes,
    addDeadLetterRoutes,
    addAppRoutes,
    addAlertRoutes,
    addSilenceRoutes,
    addHistoryRoutes,
    addAuditRoutes,
    addUsageRoutes,
    addBackupRoutes,
    addMetricsRoute,
  ])
    add(ground)
}
