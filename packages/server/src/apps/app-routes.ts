import { Type } from '@fastify/type-provider-typebox'
import { AppDetails, AppFigures, AppPage, Comparison, Deployment, FreshStart, PageQuery, Savepoints, Start, Stop } from '@millrace/api/schemas'
import { limits, MillraceError, planHash } from '@millrace/plan'
import { at } from '../http/at.ts'
import { tenantOf } from '../http/authorize.ts'
import type { Ground } from '../platform-ground.ts'
import { deployed } from './app-versions.ts'
import { addDeliveryRoutes } from './delivery-routes.ts'
import { checkDeployment, checkVersion, deploy } from './deploy.ts'
import { figuresOf } from './figures.ts'
import { shownApp, shownDetails } from './shown-app.ts'
import { addVersionRoutes } from './version-routes.ts'

const params = Type.Object({ app: Type.String({ maxLength: limits.nameLength }) })
const readers = { scopes: ['read' as const, 'deploy' as const] }
const writers = { scopes: ['deploy' as const] }

/** A tenant's apps: what is deployed, and what becomes of it. */
export function addAppRoutes(ground: Ground): void {
  addReadingRoutes(ground)
  addDeployRoutes(ground)
  addRunRoutes(ground)
  addVersionRoutes(ground)
  addDeliveryRoutes(ground)
}

function addReadingRoutes({ http, tenants, apps, supervisor, jobs, log, history }: Ground): void {
  http.route({
    ...at('listApps'),
    config: readers,
    schema: { querystring: PageQuery, response: { 200: AppPage } },
    handler: async (request) => {
      const { items, next } = apps.list(tenantOf(request, tenants), request.query)
      return { items: items.map((app) => shownApp(app, supervisor.job(app.tenant, app.name))), next }
    },
  })
  http.route({
    ...at('getApp'),
    config: readers,
    schema: { params, response: { 200: AppDetails } },
    handler: async (request, reply) => {
      const app = apps.get(tenantOf(request, tenants), request.params.app)
      return reply.header('etag', `"${app.version}"`).send(shownDetails(app, supervisor.job(app.tenant, app.name), history))
    },
  })
  http.route({
    ...at('appFigures'),
    config: readers,
    schema: { params, response: { 200: AppFigures } },
    handler: async (request) => {
      const { tenant, name, plan } = apps.get(tenantOf(request, tenants), request.params.app)
      const job = supervisor.job(tenant, name)
      return { app: name, figures: job?.state === 'running' ? await figuresOf(jobs, log, job, plan) : null }
    },
  })
  http.route({
    ...at('listSavepoints'),
    config: readers,
    schema: { params, response: { 200: Savepoints } },
    handler: async (request) => {
      const { tenant, name } = apps.get(tenantOf(request, tenants), request.params.app)
      return { items: await jobs.savepoints(tenant, name) }
    },
  })
}

const savepointParams = Type.Object({ ...params.properties, savepoint: Type.String({ maxLength: 128 }) })
/** Each may be as large as the state. */
const mostSavepoints = 100

function addDeployRoutes(ground: Ground): void {
  const { http, tenants, apps, supervisor, jobs, history } = ground
  http.route({
    ...at('deployApp'),
    config: writers,
    schema: { params, body: Deployment, response: { 200: AppDetails, 201: AppDetails } },
    handler: async (request, reply) => {
      const tenant = tenantOf(request, tenants)
      const { app: name } = request.params
      checkDeployment(ground, tenant, name, request.body)
      const before = apps.find(tenant, name)
      checkVersion(name, before, request.headers['if-match'])
      const app = await deploy(ground, tenant, name, request.body, deployed)
      return reply
        .code(before === null ? 201 : 200)
        .header('etag', `"${app.version}"`)
        .send(app)
    },
  })
  http.route({
    ...at('compareApp'),
    config: writers,
    schema: { params, body: Deployment, response: { 200: Comparison } },
    handler: async (request) => {
      const tenant = tenantOf(request, tenants)
      const { app: name } = request.params
      checkDeployment(ground, tenant, name, request.body)
      const same = apps.find(tenant, name)?.planHash === planHash(request.body.plan)
      return { same, state: await jobs.compare({ tenant, job: name, plan: request.body.plan }) }
    },
  })
  http.route({
    ...at('deleteApp'),
    config: writers,
    schema: { params, response: { 204: Type.Null() } },
    handler: async (request, reply) => {
      const app = apps.get(tenantOf(request, tenants), request.params.app)
      const { tenant, name } = app
      checkVersion(name, app, request.headers['if-match'])
      await history.forgetApp(tenant, name)
      await supervisor.delete(tenant, name)
      return reply.code(204).send(null)
    },
  })
}

function addRunRoutes({ http, tenants, apps, supervisor, jobs, history }: Ground): void {
  http.route({
    ...at('deleteSavepoint'),
    config: writers,
    schema: { params: savepointParams, response: { 204: Type.Null() } },
    handler: async (request, reply) => {
      const { tenant, name } = apps.get(tenantOf(request, tenants), request.params.app)
      apps.forgetSavepoint(tenant, name, request.params.savepoint)
      await jobs.removeSavepoint(tenant, name, request.params.savepoint)
      return reply.code(204).send(null)
    },
  })
  http.route({
    ...at('startApp'),
    config: writers,
    schema: { params, body: Type.Union([Start, Type.Null()]), response: { 200: AppDetails } },
    handler: async (request) => {
      const { tenant, name, begin } = apps.get(tenantOf(request, tenants), request.params.app)
      const { from, savepoint } = request.body ?? {}
      if (supervisor.job(tenant, name)?.state === 'running') throw new MillraceError('APP_RUNS', { app: name })
      await checkSavepoint(jobs, tenant, name, savepoint)
      apps.want(tenant, name, 'running', savepoint === undefined ? { ...begin, ...(from !== undefined && { from }) } : { savepoint })
      await supervisor.apply(tenant, name)
      return shownDetails(apps.get(tenant, name), supervisor.job(tenant, name), history)
    },
  })
  http.route({
    ...at('startAppFresh'),
    config: writers,
    schema: { params, body: Type.Union([FreshStart, Type.Null()]), response: { 200: AppDetails } },
    handler: async (request) => {
      const { tenant, name } = apps.get(tenantOf(request, tenants), request.params.app)
      apps.want(tenant, name, 'running', { ...request.body, fresh: true })
      await supervisor.apply(tenant, name)
      return shownDetails(apps.get(tenant, name), supervisor.job(tenant, name), history)
    },
  })
  http.route({
    ...at('stopApp'),
    config: writers,
    schema: { params, body: Type.Union([Stop, Type.Null()]), response: { 200: AppDetails } },
    handler: async (request) => {
      const { tenant, name } = apps.get(tenantOf(request, tenants), request.params.app)
      const savepoint = request.body?.savepoint
      if (savepoint !== undefined && supervisor.job(tenant, name)?.state !== 'running') throw new MillraceError('APP_NOT_RUNNING', { app: name })
      await checkRoom(jobs, tenant, name, savepoint)
      apps.want(tenant, name, 'stopped')
      await supervisor.apply(tenant, name, savepoint)
      return shownDetails(apps.get(tenant, name), supervisor.job(tenant, name), history)
    },
  })
}

/** A start that cannot be is refused before it is wanted. */
async function checkSavepoint(jobs: Ground['jobs'], tenant: string, job: string, savepoint: string | undefined): Promise<void> {
  if (savepoint === undefined) return
  const savepoints = await jobs.savepoints(tenant, job)
  if (!savepoints.includes(savepoint)) throw new MillraceError('JOB_SAVEPOINT_UNKNOWN', { job, savepoint, savepoints: savepoints.join(', ') || 'none' })
}

/** One that is there already is written anew. */
async function checkRoom(jobs: Ground['jobs'], tenant: string, job: string, savepoint: string | undefined): Promise<void> {
  if (savepoint === undefined) return
  const savepoints = await jobs.savepoints(tenant, job)
  if (savepoints.length >= mostSavepoints && !savepoints.includes(savepoint))
    throw new MillraceError('TENANT_QUOTA', { limit: mostSavepoints, what: 'savepoints of an app' })
}
