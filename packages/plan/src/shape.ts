/** The part of JSON Schema (draft 2020-12) that describes plans. */
export interface JsonSchema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null'
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  /** Objects are closed (false), or maps of any names to one schema. */
  readonly additionalProperties?: false | JsonSchema
  readonly items?: JsonSchema
  readonly enum?: readonly (string | number | boolean)[]
  readonly anyOf?: readonly JsonSchema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
}

declare const described: unique symbol
/** A JSON Schema that knows the TypeScript type of what it describes. */
export type Shape<T> = JsonSchema & { readonly [described]?: T }
export type Described<S> = S extends { readonly [described]?: infer T } ? Exclude<T, undefined> : never

type Shapes = Readonly<Record<string, JsonSchema>>
type Flat<T> = { [K in keyof T]: T[K] }
type ObjectOf<R extends Shapes, O extends Shapes> = Flat<{ readonly [K in keyof R]: Described<R[K]> } & { readonly [K in keyof O]?: Described<O[K]> }>

export const text: Shape<string> = { type: 'string' }
export const number: Shape<number> = { type: 'number' }
export const boolean: Shape<boolean> = { type: 'boolean' }
export const nothing: Shape<null> = { type: 'null' }

/** A whole number that JSON carries exactly. */
export function whole(minimum: number, maximum = Number.MAX_SAFE_INTEGER): Shape<number> {
  return { type: 'integer', minimum, maximum }
}

export function oneOf<const V extends string | number | boolean>(...values: readonly V[]): Shape<V> {
  return { enum: values }
}

export function listOf<S extends JsonSchema>(items: S, minItems = 0): Shape<readonly Described<S>[]> {
  return minItems > 0 ? { type: 'array', items, minItems } : { type: 'array', items }
}

export function mapOf<S extends JsonSchema>(values: S): Shape<Readonly<Record<string, Described<S>>>> {
  return { type: 'object', additionalProperties: values }
}

export function object<R extends Shapes, O extends Shapes = Record<never, never>>(required: R, optional?: O): Shape<ObjectOf<R, O>> {
  return { type: 'object', properties: { ...required, ...optional }, required: Object.keys(required), additionalProperties: false }
}

export function either<S extends readonly JsonSchema[]>(...anyOf: S): Shape<Described<S[number]>> {
  return { anyOf }
}

/** A definition of the document, for types that contain themselves. */
export function defined<T>(name: string): Shape<T> {
  return { $ref: `#/$defs/${name}` }
}
