import { type Plan, planJsonSchema, type StreamNode } from '@millrace/plan'
import Type, { type TSchema } from 'typebox'

/** Definitions of the plan's JSON Schema, as documents that refer to each other by name. */
const names = { expression: 'PlanExpression', column: 'PlanColumn', type: 'PlanType' } as const

function renamed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(renamed)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([member]) => member !== '$defs' && member !== '$schema')
      .map(([member, value]) => [member, member === '$ref' ? `${names[String(value).split('/').at(-1) as keyof typeof names]}#` : renamed(value)]),
  )
}

function document(id: string, schema: unknown, description: string): TSchema {
  return Type.Unsafe<unknown>({ $id: id, ...(renamed(schema) as object), description })
}

const defined = (name: keyof typeof names) => planJsonSchema.$defs?.[name]

/** To be registered with the server, before routes that use `PlanReference` or `StreamReference`. */
export const planSchemas: readonly TSchema[] = [
  document('PlanExpression', defined('expression'), 'What is computed from a row'),
  document('PlanType', defined('type'), "A column's type"),
  document('PlanColumn', defined('column'), 'A column of a schema'),
  document('StreamDeclaration', planJsonSchema.properties?.streams?.additionalProperties, "What a stream's records look like and how their time is read"),
  document('Plan', planJsonSchema, 'What an app does, as data; made by the sdk'),
]

export const PlanReference = Type.Unsafe<Plan>({ $ref: 'Plan#' })
export const StreamReference = Type.Unsafe<StreamNode>({ $ref: 'StreamDeclaration#' })
