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

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly type?: unknown }>>
}

/** Texts that are what their parameter wants; of others the check would make something: 1 of true. */
const forms: Readonly<Record<string, { readonly form: RegExp; readonly message: string }>> = {
  integer: { form: /^-?\d{1,16}$/, message: 'must be integer' },
  boolean: { form: /^(true|false)$/, message: 'must be true or false' },
}

/** Parameters of an address whose text is not of their type; null: there is none. */
function misread({ properties = {} }: ObjectSchema, value: unknown) {
  const error = Object.entries((value ?? {}) as Readonly<Record<string, unknown>>).flatMap(([name, text]) => {
    const wanted = forms[String(properties[name]?.type)]
    if (wanted === undefined || (typeof text === 'string' && wanted.form.test(text))) return []
    return [{ keyword: 'type', instancePath: `/${name}`, schemaPath: '', params: {}, message: wanted.message }]
  })
  return error.length === 0 ? null : { error }
}

function withoutReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutReferences)
  if (typeof schema !== 'object' || schema === null) return schema
  if ('$ref' in schema) return {}
  return Object.fromEntries(Object.entries(schema).map(([member, value]) => [member, withoutReferences(value)]))
}
