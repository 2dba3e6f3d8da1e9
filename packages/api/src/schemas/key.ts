import Type, { type Static } from 'typebox'
import { AtMs, closed, list, Name, oneOf, orNull, pageOf, whole } from './shapes.ts'

export const Scope = oneOf(
  ['operator', 'admin', 'deploy', 'read', 'ingest'],
  'operator: everything, of all tenants. admin: everything of its tenant. deploy: its streams and apps. read: records, results, figures. ingest: records in, and nothing else',
)
export type Scope = Static<typeof Scope>

const description = 'An API key; its secret is shown once, when it is made'
const example = {
  id: '6f1d2c3b4a596877',
  label: 'gateway hall 3',
  scopes: ['ingest'],
  device: null,
  createdMs: 1_790_000_000_000,
  expiresMs: null,
  lastUsedMs: null,
  revokedMs: null,
}

const key = {
  id: Type.String({ maxLength: 64 }),
  label: Type.String({ maxLength: 200, description: 'For people' }),
  scopes: list(Scope),
  device: orNull(Type.String({ maxLength: 200 }), 'The device it belongs to; null: to the tenant'),
  createdMs: AtMs,
  expiresMs: orNull(AtMs, 'null: never'),
  lastUsedMs: orNull(AtMs, 'null: never'),
  revokedMs: orNull(AtMs, 'null: it is valid'),
}
export const Key = closed(key, { description, examples: [example] })
export type Key = Static<typeof Key>

export const CreatedKey = closed(
  { ...key, secret: Type.String({ description: 'Shown this once' }) },
  { description, examples: [{ ...example, secret: 'mrk_6f1d2c3b4a596877_...' }] },
)
export type CreatedKey = Static<typeof CreatedKey>

export const NewKey = closed(
  {
    label: Type.Optional(Type.String({ maxLength: 200 })),
    scopes: Type.Immutable(Type.Array(Scope, { minItems: 1, maxItems: 5, uniqueItems: true })),
    device: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    expiresMs: Type.Optional(AtMs),
    tenant: Type.Optional(Name),
  },
  { description: "A key to be made, of the asker's tenant; the operator names the tenant", examples: [{ label: 'gateway hall 3', scopes: ['ingest'] }] },
)
export type NewKey = Static<typeof NewKey>

export const KeyRotation = closed(
  {
    graceMs: Type.Optional(
      whole({
        minimum: 0,
        maximum: 30 * 86_400_000,
        default: 86_400_000,
        description: 'So long the old secret is still taken; 0: it is refused at once',
      }),
    ),
  },
  { description: 'How a key is replaced by another of the same scopes, label, device and end', examples: [{ graceMs: 3_600_000 }] },
)
export type KeyRotation = Static<typeof KeyRotation>

export const KeyPage = pageOf(Key, 'Keys, the newest last; without their secrets')
export type KeyPage = Static<typeof KeyPage>
