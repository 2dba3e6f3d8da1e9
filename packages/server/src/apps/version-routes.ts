import { Type } from '@fastify/type-provider-typebox'
import { AppDetails, AppEventPage, AppVersionPage, type Deployment, PageQuery, ParamsChange, RollBack, RolledBack } from '@millrace/api/schemas'
import { limits } from '@millrace/plan'
import { at } from '../http/at.ts'
import { tenantOf } from '../http/authorize.ts'
import type { Ground } from '../platform-ground.ts'
import type { App } from './apps.ts'
import { checkDeployment, checkVersion, deploy } from './deploy.ts'
import { shownDetails } from './shown-app.ts'

const params = Type.Object({ app: Type.String({ maxLength: limits.nameLength }) })
const readers = { scopes: ['read' as const, 'deploy' as const] }
const writers = { scopes: ['deploy' as const] }

/** Versions of apps: which there were, what happened, back to an earlier one, on to the next with other params. */
export function addVersionRoutes(ground: Ground): void {
  const { http, tenants, apps, supervisor, jobs, history } = ground
  http.route({
    ...at('listAppVersions'),
    config: readers,
    schema: { params, querystring: PageQuery, response: { 200: AppVersionPage } },
    handler: async (request) => {
      const { tenant, name } = apps.get(tenantOf(request, tenants), request.params.app)
      return apps.versions.list(tenant, name, request.query)
    },
  })
  http.route({
    ...at('appHistory'),
    config: readers,
    schema: { params, querystring: PageQuery, response: { 200: AppEventPage } },
    handler: async (request) => {
      const { tenant, name } = apps.get(tenantOf(request, tenants), request.params.app)
      return apps.history.list(tenant, name, request.query)
    },
  })
  http.route({
    ...at('rollBackApp'),
    config: writers,
    schema: { params, body: RollBack, response: { 200: RolledBack } },
    handler: async (request, reply) => {
      const { tenant, name } = apps.get(tenantOf(request, tenants), request.params.app)
      const { version, dryRun = false } = request.body
      const { plan, params } = apps.versions.get(tenant, name, version)
      checkDeployment(ground, tenant, name, { plan, params })
      const state = await jobs.compare({ tenant, job: name, plan })
      const before = apps.get(tenant, name)
      checkVersion(name, before, request.headers['if-match'])
      const app = dryRun
        ? shownDetails(before, supervisor.job(tenant, name), history)
        : await deploy(ground, tenant, name, { plan, params }, { cause: 'rolled-back', rolledBackTo: version })
      return reply.header('etag', `"${app.version}"`).send({ app, state })
    },
  })
  http.route({
    ...at('changeParams'),
    config: writers,
    schema: { params, body: ParamsChange, response: { 200: AppDetails } },
    handler: async (request, reply) => {
      const before = apps.get(tenantOf(request, tenants), request.params.app)
      const { tenant, name } = before
      checkVersion(name, before, request.headers['if-match'])
      const changed = withParams(before, request.body)
      checkDeployment(ground, tenant, name, changed)
      const app = await deploy(ground, tenant, name, changed, { cause: 'params-changed', rolledBackTo: null })
      return reply.header('etag', `"${app.version}"`).send(app)
    },
  })
}

/** The same plan with other params; those that are null are the plan's own again. */
function withParams({ plan, params }: App, change: ParamsChange): Deployment {
  const next = { ...params }
  for (const [name, value] of Object.entries(change.params)) {
    if (value === null) delete next[name]
    else next[name] = value
  }
  return { plan, params: next }
}
