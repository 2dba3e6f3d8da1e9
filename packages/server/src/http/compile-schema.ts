import { type TSchema, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'

type Compile = typeof TypeBoxValidatorCompiler

/**
 * Checks what is sent. Plans and declarations of streams in a body are left to the checks of plans: they name everything
 * that is wrong in the words of an app.
 */
export const compileSchema: Compile = (route) =>
  TypeBoxValidatorCompiler(route.httpPart === 'body' ? { ...route, schema: withoutReferences(route.schema) as TSchema } : route)

function withoutReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutReferences)
  if (typeof schema !== 'object' || schema === null) return schema
  if ('$ref' in schema) return {}
  return Object.fromEntries(Object.entries(schema).map(([member, value]) => [member, withoutReferences(value)]))
}
