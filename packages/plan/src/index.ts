export { canonical, planHash } from './canonical.ts'
export type { Demand, Guarantee, Link, WayInName, WayOutName } from './delivery.ts'
export { guaranteeOfPath, guarantees, isAtLeast, isNamed, wayInNames, wayOutNames } from './delivery.ts'
export type { ErrorEntry } from './errors/entry.ts'
export type { ErrorCode, ErrorContext, Issue } from './errors.ts'
export { catalogue, issue, MillraceError } from './errors.ts'
export type {
  AggregateExpression,
  AggregateName,
  CallExpression,
  ColumnExpression,
  Constant,
  Expression,
  LiteralExpression,
  ParamExpression,
} from './expression.ts'
export { flatFields, streamFields } from './fields.ts'
export type { FunctionName, FunctionNode } from './functions.ts'
export { functions } from './functions.ts'
export type { Relation } from './infer.ts'
export { relationOf, relations } from './infer.ts'
export { planJsonSchema } from './json-schema.ts'
export { limits } from './limits.ts'
export { nearest } from './near.ts'
export type {
  AggregateOperator,
  AlertOperator,
  ExplodeOperator,
  FilterOperator,
  HoppingWindow,
  MapOperator,
  NamedExpression,
  Operator,
  ReadOperator,
  Severity,
  TumblingWindow,
  UnionOperator,
  Window,
} from './operator.ts'
export { inputsOf } from './operator.ts'
export { parsePlan } from './parse-plan.ts'
export type { CsvFormat, Format, JsonFormat, Plan, StreamNode, Watermark } from './plan.ts'
export { planVersion } from './plan.ts'
export type {
  ColumnNode,
  Field,
  FieldType,
  ListNode,
  ListType,
  RecordNode,
  ScalarNode,
  ScalarType,
  Schema,
  TimestampNode,
  TypeNode,
} from './schema.ts'
export type { PatternField, PatternPart } from './timestamp-pattern.ts'
export { namedTimestampFormats, timestampPattern } from './timestamp-pattern.ts'
export type { ExpressionScope, ValueType } from './type-of.ts'
export { typeOf } from './type-of.ts'
export { validate } from './validate.ts'
export type { WindowBounds } from './windows.ts'
export { nextWindowEnd, windowEndOf, windowOf, windowStartOf, windowsOf } from './windows.ts'
export type { Zone } from './zone.ts'
export { zoneOf } from './zones.ts'
