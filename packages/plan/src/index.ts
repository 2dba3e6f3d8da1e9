export type { ErrorCode, ErrorContext, ErrorEntry, Issue } from './errors.ts'
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
export type { FunctionName, FunctionNode } from './functions.ts'
export { functions } from './functions.ts'
export type { ExpressionScope, Relation, ValueType } from './infer.ts'
export { limits } from './limits.ts'
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
