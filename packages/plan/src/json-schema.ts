import { guarantees, wayInNames, wayOutNames } from './delivery.ts'
import type { Expression } from './expression.ts'
import { type FunctionName, functions } from './functions.ts'
import { planVersion } from './plan.ts'
import type { ColumnNode, TypeNode } from './schema.ts'
import { boolean, defined, either, type JsonSchema, listOf, mapOf, nothing, number, object, oneOf, text, whole } from './shape.ts'

const expression = defined<Expression>('expression')
const columnNode = defined<ColumnNode>('column')
const typeNode = defined<TypeNode>('type')
const latestMs = 8.64e15
const durationMs = whole(0)
const yes = oneOf(true)

export const constantShape = either(
  number,
  text,
  boolean,
  object({ durationMs: whole(Number.MIN_SAFE_INTEGER) }),
  object({ timestampMs: whole(-latestMs, latestMs) }),
)

const columnExpression = object({ kind: oneOf('column'), name: text })
const paramExpression = object({ kind: oneOf('param'), name: text })
const literalExpression = object({ kind: oneOf('literal'), value: either(nothing, constantShape) })
const callExpression = object({ kind: oneOf('call'), name: oneOf(...(Object.keys(functions) as FunctionName[])), args: listOf(expression) })
const aggregateName = oneOf('count', 'sum', 'min', 'max', 'avg', 'first', 'last', 'variance', 'stddev')
const aggregateExpression = object({ kind: oneOf('aggregate'), name: aggregateName }, { arg: expression, where: expression })
export const expressionShape = either(columnExpression, paramExpression, literalExpression, callExpression, aggregateExpression)

const scalarNode = object({ kind: oneOf('bool', 'int32', 'int64', 'float64', 'string') }, { fromText: yes })
const timestampNode = object({ kind: oneOf('timestamp'), format: text }, { zone: text, zoneColumn: text })
const recordNode = object({ kind: oneOf('record'), columns: listOf(columnNode, 1) })
const listNode = object({ kind: oneOf('list'), element: typeNode })
export const typeShape = either(scalarNode, timestampNode, recordNode, listNode)
export const columnShape = object({ name: text, type: typeNode }, { from: text, optional: yes, missing: listOf(either(number, text)) })

const format = either(object({ kind: oneOf('csv'), separator: text, header: oneOf('auto', 'present', 'absent') }), object({ kind: oneOf('ndjson', 'json') }))
const watermark = either(
  object({ kind: oneOf('bounded'), outOfOrdernessMs: durationMs }),
  object({ kind: oneOf('oldest-of-last'), records: whole(1) }),
  object({ kind: oneOf('monotonic') }),
)
export const streamShape = object(
  {
    schema: object({ columns: listOf(columnNode, 1) }),
    format,
    time: either(text, nothing),
    withoutTime: oneOf('reject', 'previous', 'ingestion'),
    watermark,
    idleTimeoutMs: either(whole(1), nothing),
    maxAheadMs: durationMs,
    unknownFields: oneOf('lenient', 'strict'),
    key: listOf(text),
  },
  { messageId: text },
)

const named = object({ name: text, value: expression })
const window = either(
  object({ kind: oneOf('tumbling'), sizeMs: whole(1), offsetMs: durationMs }, { zone: text }),
  object({ kind: oneOf('hopping'), sizeMs: whole(1), slideMs: whole(1), offsetMs: durationMs }),
)
export const operatorShape = either(
  object({ kind: oneOf('read'), id: text, stream: text }),
  object({ kind: oneOf('filter'), id: text, input: text, where: expression }),
  object({ kind: oneOf('map'), id: text, input: text, columns: listOf(named, 1) }),
  object({ kind: oneOf('explode'), id: text, input: text, column: text }),
  object({ kind: oneOf('union'), id: text, inputs: listOf(text, 2) }),
  object({
    kind: oneOf('aggregate'),
    id: text,
    input: text,
    key: listOf(text),
    window: either(window, nothing),
    allowedLatenessMs: durationMs,
    results: oneOf('revised', 'final'),
    emit: oneOf('record', 'change'),
    columns: listOf(named, 1),
  }),
  object({
    kind: oneOf('alert'),
    id: text,
    input: text,
    key: listOf(text),
    when: expression,
    severity: oneOf('info', 'warning', 'critical'),
    message: expression,
    cooldownMs: durationMs,
    clearAfterMs: either(durationMs, nothing),
  }),
)

const demandShape = object({ guarantee: oneOf(...guarantees) }, { waysIn: listOf(oneOf(...wayInNames), 1), waysOut: listOf(oneOf(...wayOutNames), 1) })

export const planShape = object(
  {
    version: oneOf(planVersion),
    name: text,
    params: mapOf(constantShape),
    streams: mapOf(streamShape),
    operators: listOf(operatorShape),
    outputs: mapOf(text),
  },
  { delivery: demandShape },
)

/** JSON Schema of a plan's structure (draft 2020-12). What only meaning can tell, `validate` checks. */
export const planJsonSchema: JsonSchema & { readonly $schema: string; readonly title: string } = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Millrace plan',
  ...planShape,
  $defs: { expression: expressionShape, column: columnShape, type: typeShape },
}
