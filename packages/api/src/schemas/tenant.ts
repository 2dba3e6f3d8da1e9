import Type, { type Static } from 'typebox'
import { AtMs, Count, closed, Name, orNull, pageOf, whole } from './shapes.ts'

export const Quotas = closed(
  {
    recordsPerSecond: orNull(whole({ minimum: 1 }), 'Records taken in, averaged over ten seconds; null: no limit'),
    storageBytes: orNull(whole({ minimum: 1 }), 'Of all streams, results, dead letters and the history included; null: no limit'),
    stateBytes: orNull(whole({ minimum: 1 }), 'State of one app; null: no limit'),
    keys: orNull(whole({ minimum: 1 }), 'Keys of one app; null: no limit'),
    apps: orNull(Count, 'null: no limit'),
    streams: orNull(Count, 'null: no limit'),
    querySeconds: orNull(
      whole({ minimum: 1 }),
      'A query over the history runs so long at most, and never longer than the setting of this name; null: as the setting',
    ),
    querySecondsPerHour: orNull(whole({ minimum: 1 }), 'Time that queries may run in an hour of the clock, all together; null: no limit'),
  },
  { description: 'What a tenant may use' },
)
export type Quotas = Static<typeof Quotas>

const SomeQuotas = closed(Type.Partial(Quotas).properties, { description: 'Some of the quotas' })

export const Tenant = closed(
  { name: Name, createdMs: AtMs, quotas: Quotas },
  {
    description: 'A customer of the platform, with streams, apps and keys of its own',
    examples: [
      {
        name: 'acme',
        createdMs: 1_790_000_000_000,
        quotas: {
          recordsPerSecond: 50_000,
          storageBytes: null,
          stateBytes: null,
          keys: null,
          apps: 20,
          streams: null,
          querySeconds: 30,
          querySecondsPerHour: 600,
        },
      },
    ],
  },
)
export type Tenant = Static<typeof Tenant>

export const NewTenant = closed(
  { name: Name, quotas: Type.Optional(SomeQuotas) },
  { description: "A tenant to be made; quotas that are absent are the platform's defaults", examples: [{ name: 'acme', quotas: { apps: 20 } }] },
)
export type NewTenant = Static<typeof NewTenant>

export const TenantChange = closed(
  { quotas: SomeQuotas },
  { description: 'Quotas to be changed; those absent stay', examples: [{ quotas: { recordsPerSecond: 100_000 } }] },
)
export type TenantChange = Static<typeof TenantChange>

export const TenantPage = pageOf(Tenant, 'Tenants by name')
export type TenantPage = Static<typeof TenantPage>
