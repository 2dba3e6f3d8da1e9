import Type, { type Static } from 'typebox'
import { AtMs, Count, closed, list, oneOf, orNull, whole } from './shapes.ts'

const name = Type.String({ maxLength: 128 })

export const NewWebhook = closed(
  {
    app: name,
    output: name,
    url: Type.String({ maxLength: 2048, description: 'http or https, a public address; results are POSTed there' }),
    from: Type.Optional(oneOf(['begin', 'now'], 'With all results there are, or with what comes next (default)')),
  },
  {
    description: 'Sends the results of an output to an address',
    examples: [{ app: 'equipment-failures', output: 'alerts', url: 'https://example.org/alerts' }],
  },
)
export type NewWebhook = Static<typeof NewWebhook>

const failing = closed({ tries: Count, reason: Type.String() }, { description: 'A batch that was not taken yet' })

const webhook = {
  name,
  app: name,
  output: name,
  url: Type.String(),
  createdMs: AtMs,
  position: orNull(Count, 'Results below it were delivered or are dead letters; null: it never ran'),
  delivered: whole({ minimum: 0, description: 'Results since the start of the server' }),
  dead: whole({ minimum: 0, description: 'Results that could not be delivered, since the start of the server' }),
  failing: orNull(failing, 'Tries of the batch under way; null: none failed'),
  ended: orNull(Type.String(), 'Why it does not run; null: it does'),
}

export const Webhook = closed(webhook, { description: 'A webhook and how far it is' })
export type Webhook = Static<typeof Webhook>

export const CreatedWebhook = closed(
  { ...webhook, secret: Type.String({ description: 'What is sent is signed with it; shown this once' }) },
  { description: 'A new webhook' },
)
export type CreatedWebhook = Static<typeof CreatedWebhook>

export const WebhookList = closed({ items: list(Webhook) }, { description: 'Webhooks by name' })
export type WebhookList = Static<typeof WebhookList>
