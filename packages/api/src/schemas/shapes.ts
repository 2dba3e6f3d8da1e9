import Type, { type Static, type TNumberOptions, type TProperties, type TSchema } from 'typebox'

/** An object with these members and no others: a misspelt one is an error, not a default. */
export const closed = <P extends TProperties>(properties: P, about: { readonly description: string; readonly examples?: readonly unknown[] }) =>
  Type.Object(properties, { additionalProperties: false, ...about })

export const list = <S extends TSchema>(items: S, about: { readonly description?: string; readonly maxItems?: number } = {}) =>
  Type.Immutable(Type.Array(items, about))

export const orNull = <S extends TSchema>(schema: S, description: string) => Type.Union([schema, Type.Null()], { description })

export const oneOf = <const V extends readonly string[]>(values: V, description?: string) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: [...values], ...(description === undefined ? {} : { description }) })

/** Whole numbers that are exact: one that is larger could be kept, and never read again. */
export const whole = (about: TNumberOptions = {}) => Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, ...about })

/** Instants that a date can be. */
const farthestMs = 8_640_000_000_000_000

/** Tenants, streams, apps, outputs. */
export const Name = Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9_-]*$', maxLength: 128, examples: ['alarms'] })
export const AtMs = whole({ minimum: -farthestMs, maximum: farthestMs, description: 'ms since 1970-01-01 UTC', examples: [1_790_000_000_000] })
export const Count = whole({ minimum: 0 })
export const Sequence = whole({ minimum: 0, description: "Place in the tenant's total order of records" })

/** Where the next page of a list begins. */
export const PageQuery = closed(
  {
    after: Type.Optional(Type.String({ description: '`next` of the page before; absent: from the begin', maxLength: 256 })),
    limit: Type.Optional(whole({ minimum: 1, maximum: 1000, default: 100 })),
  },
  { description: 'A page of a list' },
)
export type PageQuery = Static<typeof PageQuery>

export const pageOf = <S extends TSchema>(items: S, description: string) =>
  closed({ items: list(items), next: orNull(Type.String(), 'Send it as `after` for the next page; null: this was the last') }, { description })
