import { type TSchema, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'

type Compile = typeof TypeBoxValidatorCompiler

/**
 * Checks what is sent. Plans and declarations of streams in a body are left to the checks of plans: they name everything
 * that is wrong in the words of an app.
 */
export const compileSchema: Compile = (route) => {
  if (route.httpPart === 'body') return TypeBoxValidatorCompiler({ ...route, schema: withoutReferences(route.schema) as TSchema })
  const check = TypeBoxValidatorCompiler(route)
  return route.httpPart === 'querystring' ? (value) => misread(route.schema as ObjectSchema, value) ?? check(value) : check
}

interface Schema {
  readonly type?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, Schema>>
}

/** Parameters of an address whose text is not of their type, of which the check would make something: 1 of true. Null: there is none. */
function misread({ properties = {} }: ObjectSchema, value: unknown) {
  const error = Object.entries((value ?? {}) as Readonly<Record<string, unknown>>).flatMap(([name, text]) => {
    const schema = properties[name]
    if (schema === undefined || (typeof text === 'string' && fits(schema, text))) return []
    return [{ keyword: 'type', instancePath: `/${name}`, schemaPath: '', params: {}, message: `must be ${wantedBy(schema)}` }]
  })
  return error.length === 0 ? null : { error }
}

function fits({ type, enum: values, anyOf }: Schema, text: string): boolean {
  if (anyOf !== undefined) return anyOf.some((one) => fits(one, text))
  if (values !== undefined) return values.includes(text)
  if (type === 'integer') return /^-?\d{1,16}$/.test(text)
  return type !== 'boolean' || text === 'true' || text === 'false'
}

function wantedBy({ type, enum: values, anyOf }: Schema): string {
  if (anyOf !== undefined) return anyOf.map(wantedBy).join(' or ')
  return values === undefined ? String(type) : values.join(' or ')
}

function withoutReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutReferences)
  if (typeof schema !== 'object' || schema === null) return schema
  if ('$ref' in schema) return {}
  return Object.fromEntries(Object.entries(schema).map(([member, value]) => [member, withoutReferences(value)]))
}
