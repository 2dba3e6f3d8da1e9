import { type Static, Type } from '@fastify/type-provider-typebox'

const name = Type.String({ maxLength: 128 })

export const NewWebhook = Type.Object(
  {
    app: name,
    output: name,
    url: Type.String({ maxLength: 2048, description: 'http or https, a public address; results are POSTed there' }),
    from: Type.Optional(
      Type.Union([Type.Literal('begin'), Type.Literal('now')], { default: 'now', description: 'With all results there are, or with what comes next' }),
    ),
  },
  { additionalProperties: false, description: 'Sends the results of an output to an address' },
)
export type NewWebhook = Static<typeof NewWebhook>

const failing = Type.Object({ tries: Type.Integer(), reason: Type.String() }, { additionalProperties: false })
const orNull = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S, description: string) => Type.Union([schema, Type.Null()], { description })

const shown = {
  name,
  app: name,
  output: name,
  url: Type.String(),
  createdMs: Type.Integer(),
  position: orNull(Type.Integer(), 'Results below it were delivered or are dead letters; null: it never ran'),
  delivered: Type.Integer({ description: 'Results since the start of the server' }),
  dead: Type.Integer({ description: 'Results that could not be delivered, since the start of the server' }),
  failing: orNull(failing, 'Tries of the batch under way; null: none failed'),
  ended: orNull(Type.String(), 'Why it does not run; null: it does'),
}

export const ShownWebhook = Type.Object(shown, { additionalProperties: false, description: 'A webhook and how far it is' })
export type ShownWebhook = Static<typeof ShownWebhook>

export const CreatedWebhook = Type.Object(
  { ...shown, secret: Type.String({ description: 'What is sent is signed with it; shown this once' }) },
  { additionalProperties: false, description: 'A new webhook' },
)
export const WebhookList = Type.Object({ items: Type.Array(ShownWebhook) }, { additionalProperties: false, description: 'Webhooks by name' })
