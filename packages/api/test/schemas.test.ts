import * as schemas from '@millrace/api/schemas'
import { Check, Errors } from 'typebox/schema'
import { expect, test } from 'vitest'

interface Document {
  readonly $id?: string
  readonly $ref?: string
  readonly type?: string
  readonly description?: string
  readonly examples?: readonly unknown[]
}

const isSchema = (value: unknown): value is Document => typeof value === 'object' && value !== null && !Array.isArray(value)
const named = Object.entries(schemas).filter((entry): entry is [string, (typeof entry)[1] & Document] => isSchema(entry[1]))

/** A schema with all that it refers to. */
function whole(schema: Document): Document & { readonly $defs: object } {
  const $defs = Object.fromEntries(schemas.planSchemas.map((one) => [String((one as Document).$id), one]))
  return JSON.parse(JSON.stringify({ ...schema, $defs }), (member, value) => {
    if (member === '$id') return undefined
    return member === '$ref' ? `#/$defs/${String(value).replace('#', '')}` : value
  })
}

test('examples are such', () => {
  for (const [name, schema] of named) for (const example of schema.examples ?? []) expect(Errors(whole(schema), example)[1], name).toEqual([])
})

test('every object says what it is', () => {
  expect(named.filter(([, { type, description, examples }]) => type === 'object' && description === undefined && examples === undefined)).toEqual([])
})

test('a misspelt member is refused', () => {
  expect(Check(schemas.NewTenant, { name: 'acme', quotas: { apps: 3 } })).toBe(true)
  expect(Check(schemas.NewTenant, { name: 'acme', quota: { apps: 3 } })).toBe(false)
  expect(Check(schemas.NewTenant, { name: 'acme', quotas: { app: 3 } })).toBe(false)
})

test('every reference of a plan schema is to one of them', () => {
  const known = new Set(schemas.planSchemas.map((one) => `${(one as Document).$id}#`))
  const used = [...JSON.stringify(named.map(([, schema]) => schema)).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to)
  const inner = [...JSON.stringify(schemas.planSchemas).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to)
  expect([...used, ...inner].filter((to) => !known.has(String(to)))).toEqual([])
  expect(used.length).toBeGreaterThan(0)
})
