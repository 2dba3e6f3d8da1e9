import { randomBytes } from 'node:crypto'
import { Type } from '@fastify/type-provider-typebox'
import { CreatedWebhook, NewWebhook, Webhook, WebhookList } from '@millrace/api/schemas'
import { checkNewWay } from '../../apps/check-delivery.ts'
import { at } from '../../http/at.ts'
import { tenantOf } from '../../http/authorize.ts'
import { InTurn } from '../../in-turn.ts'
import { checkUrl } from '../../outgoing/target.ts'
import type { Ground } from '../../platform-ground.ts'
import type { KeptWays } from '../kept-ways.ts'
import type { Outlets } from '../reading/outlets.ts'
import type { KeptWebhook } from './webhook.ts'
import { checkWebhookName, type Webhooks } from './webhooks.ts'

export interface WebhookRoutes {
  readonly kept: KeptWays<KeptWebhook>
  readonly webhooks: Webhooks
  readonly outlets: Outlets
  start(hook: KeptWebhook): Promise<void>
}

const params = Type.Object({ webhook: Type.String({ maxLength: 64 }) })
const readers = { scopes: ['read' as const, 'deploy' as const] }
const writers = { scopes: ['deploy' as const] }

/** A tenant's webhooks. Their dead letters are records like others. */
export function addWebhookRoutes(ground: Ground, { kept, webhooks, outlets, start }: WebhookRoutes): void {
  const { http, tenants } = ground
  const changes = new InTurn()
  const shown = ({ tenant, name, app, output, url, createdMs }: KeptWebhook): Webhook => {
    const figures = webhooks.figuresOf(tenant, name) ?? { position: null, delivered: 0, dead: 0, failing: null, ended: 'it could not be started' }
    return { name, app, output, url, createdMs, ...figures }
  }
  http.route({
    ...at('listWebhooks'),
    config: readers,
    schema: { summary: 'Webhooks', response: { 200: WebhookList } },
    handler: async (request) => ({ items: kept.list(tenantOf(request, tenants)).map(shown) }),
  })
  http.route({
    ...at('getWebhook'),
    config: readers,
    schema: { summary: 'A webhook', params, response: { 200: Webhook } },
    handler: async (request) => shown(kept.get(tenantOf(request, tenants), request.params.webhook)),
  })
  http.route({
    ...at('createWebhook'),
    config: writers,
    schema: { summary: 'Makes a webhook', params, body: NewWebhook, response: { 201: CreatedWebhook } },
    handler: async (request, reply) => {
      const { from = 'now', ...body } = request.body
      const tenant = tenantOf(request, tenants)
      checkWebhookName(request.params.webhook)
      checkUrl(body.url)
      const hook = { ...body, from, tenant, name: request.params.webhook, secret: `whs_${randomBytes(32).toString('base64url')}`, createdMs: Date.now() }
      await changes.run(tenant, hook.name, async () => {
        outlets.output(tenant, body.app, body.output)
        checkNewWay(ground, tenant, 'webhooks', body)
        await kept.createStarted(hook, async () => {
          // Of a webhook that went with its tenant something may be left.
          await webhooks.remove(tenant, hook.name)
          await start(hook)
        })
      })
      return reply.code(201).send({ ...shown(hook), secret: hook.secret })
    },
  })
  http.route({
    ...at('deleteWebhook'),
    config: writers,
    schema: { summary: 'Deletes a webhook and its dead letters', params, response: { 204: Type.Null() } },
    handler: async (request, reply) => {
      const tenant = tenantOf(request, tenants)
      await changes.run(tenant, request.params.webhook, async () => {
        const { name } = kept.get(tenant, request.params.webhook)
        kept.delete(tenant, name)
        await webhooks.remove(tenant, name)
      })
      return reply.code(204).send(null)
    },
  })
}
