import type { Column } from '@millrace/columns'
import type { AggregateOperator, Expression, Field, Plan } from '@millrace/plan'
import { AggregateLayout } from '../aggregates/layout.ts'
import { compileFunction } from '../code/compile.ts'
import type { ExpressionContext } from '../code/context.ts'
import { expressionCode } from '../code/expression.ts'
import { membersIn } from '../code/member-params.ts'
import { bindOutput, outputNames, storeCode } from '../code/output.ts'
import { type FailureCount, type Runtime, runtime } from '../code/runtime.ts'
import { type Code, ColumnAccess, never, Scope } from '../code/scope.ts'
import { isMemberOnly, type KeyShape, keyShape, storeKey } from '../state/key-shape.ts'
import { type Find, findFor, type Lookup, lookupFor, type Merge, memberLookupFor, mergeFor } from '../state/lookup.ts'
import type { Pane } from '../state/pane.ts'
import type { Strings } from '../state/strings.ts'

/** The functions generated for one aggregate operator. Entries are places in a pane, rows places in a batch. */
export interface AggregateCode {
  readonly shape: KeyShape
  readonly initial: readonly string[]
  readonly textStates: readonly number[]
  readonly lookup: Lookup
  /**
   * For rows paired with members: those stand, by place in the selection, in the key's first array. A pane whose key is
   * no more than that has a slot for every member.
   */
  readonly pairLookup: Lookup
  readonly merge: Merge
  readonly find: Find
  /** Folds rows selection[from, to) into the entries that `lookup` gave. */
  fold(pane: Pane, columns: readonly Column[], selection: Int32Array, from: number, to: number, entries: Int32Array, time: Float64Array): void
  /** Folds every entry e of `source` into entry entries[e] of `target`. */
  join(target: Pane, source: Pane, entries: Int32Array): void
  joinOne(target: Pane, into: number, source: Pane, from: number): void
  /** Makes the first `count` of `entries` as new. */
  reset(pane: Pane, entries: Int32Array, count: number): void
  /** Folds rows selection[from, to) one by one, and writes each one's result to the next output row, from `row` on. */
  run(
    pane: Pane,
    columns: readonly Column[],
    selection: Int32Array,
    from: number,
    to: number,
    entries: Int32Array,
    time: Float64Array,
    output: readonly Column[],
    row: number,
  ): void
  /** Writes the results of entries order[from, to) (all in turn where order is null) to output rows from `row` on. */
  emit(pane: Pane, order: Int32Array | null, from: number, to: number, output: readonly Column[], row: number, startMs: number, endMs: number): void
}

/** Field names before the operator's own columns: key, then window bounds. */
const leading = (operator: AggregateOperator): number => operator.key.length + (operator.window === null ? 0 : 2)

export function aggregateCode(
  operator: AggregateOperator,
  input: readonly Field[],
  output: readonly Field[],
  params: Plan['params'],
  strings: Strings,
  failures: FailureCount,
): AggregateCode {
  const shape = keyShape(input, operator.key)
  const scope = new Scope()
  const columns = new ColumnAccess(input)
  const member = membersIn(params) === null ? undefined : `K[Math.imul(j, ${shape.words})]`
  const context: ExpressionContext = { scope, columns, fields: input, params, row: 'i', member }
  const layout = new AggregateLayout(operator.columns, context)
  const { initial } = layout
  const fold = foldFunction(layout, columns, scope)
  const emitScope = new Scope()
  const emit = emitFunction(operator, layout, shape, output, { ...context, scope: emitScope })
  const runScope = new Scope()
  const runColumns = new ColumnAccess(input)
  const runLayout = new AggregateLayout(operator.columns, { ...context, columns: runColumns, scope: runScope })
  const run = runFunction(operator, runLayout, shape, output, runColumns, { ...context, scope: runScope })
  const join = joinFunction(layout)
  const joinOne = joinOneFunction(layout)
  const tools = [failures, strings, runtime] as const
  return {
    shape,
    initial,
    textStates: layout.textStates,
    lookup: lookupFor(shape, initial),
    pairLookup: isMemberOnly(shape) ? memberLookupFor(initial) : lookupFor(shape, initial, 'x'),
    merge: mergeFor(shape, initial),
    find: findFor(shape),
    fold: (pane, batch, selection, from, to, entries, time) => fold(pane, batch, selection, from, to, entries, time, ...tools, scope.constants),
    run: (pane, batch, selection, from, to, entries, time, out, row) =>
      run(pane, batch, selection, from, to, entries, time, out, row, ...tools, runScope.constants),
    join: (target, source, entries) => join(target, source, entries, strings),
    reset: resetFunction(layout),
    joinOne: (target, into, source, from) => joinOne(target, into, source, from, strings),
    emit: (pane, order, from, to, batch, row, startMs, endMs) => emit(pane, order, from, to, batch, row, startMs, endMs, ...tools, emitScope.constants),
  }
}

type Tools = [failures: FailureCount, strings: Strings, runtime: Runtime, constants: readonly unknown[]]
const toolNames = ['F', 'S', 'lib', 'k']

type Fold = (
  pane: Pane,
  columns: readonly Column[],
  selection: Int32Array,
  from: number,
  to: number,
  entries: Int32Array,
  time: Float64Array,
  ...tools: Tools
) => void

function foldFunction(layout: AggregateLayout, columns: ColumnAccess, scope: Scope): Fold {
  const add = layout.addCode()
  const body = `
const D = pane.capacity, K = pane.keys;
${bindStates('pane', 's', layout.initial.length)}
${scope.bindConstants()}
${columns.bind('columns')}
for (let x = from; x < to; x++) {
  const i = selection[x], j = entries[x - from];
  ${add}
}`
  return compileFunction<Fold>('fold', ['pane', 'columns', 'selection', 'from', 'to', 'entries', 'time', ...toolNames], body)
}

type Run = (
  pane: Pane,
  columns: readonly Column[],
  selection: Int32Array,
  from: number,
  to: number,
  entries: Int32Array,
  time: Float64Array,
  output: readonly Column[],
  row: number,
  ...tools: Tools
) => void

function runFunction(
  operator: AggregateOperator,
  layout: AggregateLayout,
  shape: KeyShape,
  output: readonly Field[],
  columns: ColumnAccess,
  context: ExpressionContext,
): Run {
  const add = layout.addCode()
  const stores = columnStores(operator, layout, output, context)
  const body = `
const D = pane.capacity, K = pane.keys, wide = pane.wide;
${bindStates('pane', 's', layout.initial.length)}
${context.scope.bindConstants()}
${columns.bind('columns')}
${bindOutput(output, 'output')}
for (let x = from, r = row; x < to; x++, r++) {
  const i = selection[x], j = entries[x - from], o = Math.imul(j, ${shape.words});
  ${add}
  ${storeKey(shape)}
  ${stores}
}`
  return compileFunction<Run>('run', ['pane', 'columns', 'selection', 'from', 'to', 'entries', 'time', 'output', 'row', ...toolNames], body)
}

type Join = (target: Pane, source: Pane, entries: Int32Array, strings: Strings) => void

function joinFunction(layout: AggregateLayout): Join {
  const body = `
const first = target.first, sourceFirst = source.first;
${bindStates('target', 's', layout.initial.length)}
${bindStates('source', 'f', layout.initial.length)}
for (let x = 0, end = source.count; x < end; x++) {
  const j = entries[x];
  if (sourceFirst[x] < first[j]) first[j] = sourceFirst[x];
  ${layout.mergeCode('j', 'x')}
}`
  return compileFunction<Join>('join', ['target', 'source', 'entries', 'S'], body)
}

function resetFunction({ initial }: AggregateLayout): AggregateCode['reset'] {
  const body = `
const first = pane.first;
${bindStates('pane', 's', initial.length)}
for (let x = 0; x < count; x++) {
  const j = entries[x];
  first[j] = Infinity;
  ${initial.map((value, at) => `s${at}[j] = ${value};`).join(' ')}
}`
  return compileFunction<AggregateCode['reset']>('reset', ['pane', 'entries', 'count'], body)
}

type JoinOne = (target: Pane, into: number, source: Pane, from: number, strings: Strings) => void

function joinOneFunction(layout: AggregateLayout): JoinOne {
  const body = `
${bindStates('target', 's', layout.initial.length)}
${bindStates('source', 'f', layout.initial.length)}
${layout.mergeCode('into', 'from')}`
  return compileFunction<JoinOne>('joinOne', ['target', 'into', 'source', 'from', 'S'], body)
}

type Emit = (
  pane: Pane,
  order: Int32Array | null,
  from: number,
  to: number,
  output: readonly Column[],
  row: number,
  startMs: number,
  endMs: number,
  ...tools: Tools
) => void

function emitFunction(operator: AggregateOperator, layout: AggregateLayout, shape: KeyShape, output: readonly Field[], context: ExpressionContext): Emit {
  const stores = columnStores(operator, layout, output, context)
  const key = operator.key.length
  const bounds = operator.window === null ? '' : `o${key}[r] = startMs; o${key + 1}[r] = endMs;`
  const body = `
const K = pane.keys, wide = pane.wide;
${bindStates('pane', 's', layout.initial.length)}
${context.scope.bindConstants()}
${bindOutput(output, 'output')}
for (let x = from, r = row; x < to; x++, r++) {
  const j = order === null ? x : order[x], o = Math.imul(j, ${shape.words});
  ${storeKey(shape)}
  ${bounds}
  ${stores}
}`
  return compileFunction<Emit>('emit', ['pane', 'order', 'from', 'to', 'output', 'row', 'startMs', 'endMs', ...toolNames], body)
}

/** The operator's own columns: expressions over aggregates and key columns of entry `j`. */
function columnStores(operator: AggregateOperator, layout: AggregateLayout, output: readonly Field[], context: ExpressionContext): string {
  // Key columns are read back from the output row that already holds them.
  const columns = new ColumnAccess(output.slice(0, operator.key.length), outputNames)
  const inEmit: ExpressionContext = { ...context, columns, row: 'r', aggregate: (expression) => layout.valueCode(expression, context.scope) }
  const before = leading(operator)
  return operator.columns
    .map(({ value }, at) => {
      const field = output[before + at] as Field
      const number = directText(value, layout, context.scope)
      if (number !== undefined) return storeNumber(before + at, number)
      return `{ ${storeCode(before + at, field, expressionCode(value, inEmit), 'r')} }`
    })
    .join('\n')
}

/** A string aggregate that is a column as it is: its number goes straight to the output. */
function directText(value: Expression, layout: AggregateLayout, scope: Scope): Code | undefined {
  return value.kind === 'aggregate' ? layout.textNumber(value, scope) : undefined
}

function storeNumber(at: number, code: Code): string {
  if (code.missing === never) return `o${at}[r] = ${code.value};`
  return `if (${code.missing}) { ov${at}[r >> 3] &= ~(1 << (r & 7)); o${at}[r] = 0; } else o${at}[r] = ${code.value};`
}

function bindStates(pane: string, prefix: string, count: number): string {
  return Array.from({ length: count }, (_, at) => `const ${prefix}${at} = ${pane}.states[${at}];`).join(' ')
}

/** Output columns that are strings of the job's state: key columns, and string aggregates as they are. */
export function sharedText(operator: AggregateOperator, output: readonly Field[]): number[] {
  const before = leading(operator)
  const direct = operator.columns.map(({ value }, at) => (value.kind === 'aggregate' ? before + at : -1))
  const key = operator.key.map((_, at) => at)
  return [...key, ...direct].filter((at) => at >= 0 && output[at]?.type === 'string')
}
