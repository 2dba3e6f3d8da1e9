import Type, { type Static } from 'typebox'
import { AtMs, closed, orNull, pageOf, whole } from './shapes.ts'

export const AuditEntry = closed(
  {
    id: whole({ minimum: 1 }),
    atMs: AtMs,
    tenant: orNull(Type.String(), 'null: it concerns none'),
    keyId: orNull(Type.String(), 'Who; null: the server itself, or whose key is none. Beside KEY_REQUIRED: the key was revoked, or is past its time'),
    address: orNull(Type.String(), 'From where; null: the server itself, or more addresses than are told apart'),
    action: Type.String({ examples: ['deployApp'] }),
    target: Type.String({ description: 'What', examples: ['apps/equipment-failures'] }),
    result: Type.String({ description: '`ok`, or the code of the error' }),
    times: whole({ minimum: 1, description: 'Refusals that follow a first one of their kind within a minute are one entry' }),
  },
  { description: 'Who did what, when, from where, with what result' },
)
export type AuditEntry = Static<typeof AuditEntry>

export const AuditPage = pageOf(AuditEntry, 'Audit entries, the newest first')
export type AuditPage = Static<typeof AuditPage>
