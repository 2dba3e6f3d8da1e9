import type { AggregateExpression, Expression, NamedExpression, ScalarType } from '@millrace/plan'
import { type ExpressionContext, typeIn } from '../code/context.ts'
import { expressionCode } from '../code/expression.ts'
import { maxInt } from '../code/runtime.ts'
import { type Code, never, type Scope } from '../code/scope.ts'
import type { PieceName } from './aggregate.ts'
import { expressionText, whereText } from './expression-text.ts'
import { pieces } from './pieces.ts'

/** Rows that count for the same aggregates: those where `where` is true and `arg` is present. */
interface Group {
  readonly where: Expression | undefined
  readonly arg: Expression | undefined
  readonly type: ScalarType
  /** Number of the first state of each piece. */
  readonly states: Map<PieceName, number>
}

/** The state that the columns of an aggregate operator need, and the code that folds and reads it. */
export class AggregateLayout {
  readonly initial: string[] = []
  private readonly groups = new Map<string, Group>()
  private readonly context: ExpressionContext
  /** Numbers of the states that hold a string of the job's strings. */
  readonly textStates: number[] = []

  /** `context` reads the operator's input rows. */
  constructor(columns: readonly NamedExpression[], context: ExpressionContext) {
    this.context = context
    for (const column of columns) this.collect(column.value)
  }

  /** Statements that fold row `i` into entry `j`; `D` is the pane's unread place. */
  addCode(): string {
    const conditions = new Map<string, Group[]>()
    for (const group of this.groups.values()) {
      const condition = JSON.stringify(group.where ?? null)
      conditions.set(condition, [...(conditions.get(condition) ?? []), group])
    }
    return [...conditions.values()].map((groups) => this.addUnder(groups)).join('\n')
  }

  mergeCode(into: string, from: string): string {
    return this.eachPiece((piece, base) =>
      piece.merge(
        (n) => `s${base + n}[${into}]`,
        (n) => `f${base + n}[${from}]`,
      ),
    )
  }

  /** Value of an aggregate at entry `j`. */
  valueCode(expression: AggregateExpression, scope: Scope): Code {
    const group = this.groupOf(expression)
    const state = (name: PieceName, n = 0): string => `s${(group.states.get(name) as number) + n}[j]`
    switch (expression.name) {
      case 'count':
        return { before: '', value: state('rows'), missing: never }
      case 'sum':
        return counted(scope, `${state('sum')} + ${state('sum', 1)}`, `${state('rows')} === 0`, group.type === 'float64' ? 'finite' : 'whole')
      case 'avg':
        return counted(scope, `(${state('sum')} + ${state('sum', 1)}) / ${state('rows')}`, `${state('rows')} === 0`, 'finite')
      case 'min':
      case 'max':
        return this.extremeValue(expression.name, group)
      case 'first':
      case 'last':
        return this.placedValue(expression.name, group)
      case 'variance':
        return counted(scope, `Math.max(0, ${state('moments', 2)}) / (${state('moments')} - 1)`, `${state('moments')} < 2`, 'finite')
      case 'stddev':
        return counted(scope, `Math.sqrt(Math.max(0, ${state('moments', 2)}) / (${state('moments')} - 1))`, `${state('moments')} < 2`, 'finite')
      default:
        return expression.name satisfies never
    }
  }

  /** For an aggregate whose value is a string of the job: the code of its number. */
  textNumber(expression: AggregateExpression, scope: Scope): Code | undefined {
    const group = this.groupOf(expression)
    if (group.type !== 'string' || expression.name === 'count') return undefined
    const code = this.valueCode(expression, scope)
    return { ...code, value: /^S\.text\((.*)\)$/.exec(code.value)?.[1] ?? code.value }
  }

  /** What every state holds, in words: states of one name hold the same in whatever plan. */
  names(): string[] {
    const names: string[] = []
    for (const { arg, where, type, states } of this.groups.values()) {
      const of = arg === undefined ? 'rows' : `${type} ${expressionText(arg)}`
      for (const [name, base] of states)
        pieces[name].initial.forEach((_, n) => {
          names[base + n] = `${name}${n === 0 ? '' : ` (${n})`} of ${of}${whereText(where)}`
        })
    }
    return names
  }

  private collect(expression: Expression): void {
    if (expression.kind === 'call') for (const arg of expression.args) this.collect(arg)
    if (expression.kind !== 'aggregate') return
    const group = this.groupOf(expression)
    for (const name of piecesOf(expression, group.type)) this.addPiece(group, name)
  }

  private addPiece(group: Group, name: PieceName): void {
    if (group.states.has(name)) return
    const base = this.initial.length
    group.states.set(name, base)
    this.initial.push(...pieces[name].initial)
    if (group.type !== 'string') return
    if (name === 'minText' || name === 'maxText') this.textStates.push(base)
    if (name === 'first' || name === 'last') this.textStates.push(base + 1)
  }

  private groupOf(expression: AggregateExpression): Group {
    // count(x) of a column that is never missing counts rows: one state serves both.
    const arg = expression.name === 'count' && expression.arg !== undefined && this.never(expression.arg) ? undefined : expression.arg
    const id = JSON.stringify([arg ?? null, expression.where ?? null])
    const known = this.groups.get(id)
    if (known !== undefined) return known
    const type = arg === undefined ? 'int64' : typeIn(arg, this.context)
    const group: Group = { where: expression.where, arg, type: type === 'null' ? 'int64' : type, states: new Map() }
    this.groups.set(id, group)
    return group
  }

  private never(expression: Expression): boolean {
    return expressionCode(expression, this.context).missing === never
  }

  private addUnder(groups: readonly Group[]): string {
    const where = groups[0]?.where
    const body = (ok: string): string => groups.map((group) => this.addGroup(group, ok)).join('\n')
    if (where === undefined) return body('1')
    const condition = expressionCode(where, this.context)
    const holds = condition.missing === never ? condition.value : `!(${condition.missing}) && ${condition.value}`
    return `{ ${condition.before} const w = (${holds}) ? 1 : 0; ${body('w')} }`
  }

  private addGroup(group: Group, where: string): string {
    const arg = group.arg === undefined ? undefined : this.argument(group)
    const ok = arg === undefined || arg.missing === never ? where : where === '1' ? `((${arg.missing}) ? 0 : 1)` : `(${where} & ((${arg.missing}) ? 0 : 1))`
    const target = ok === '1' ? 'const y = j;' : `const ok = ${ok}, y = D + ((j - D) & -ok);`
    const fold = { value: 'arg', time: 'time[i]', ok: ok === '1' ? 'true' : 'ok === 1', type: group.type }
    const folds = this.piecesOf(group).map(([name, base]) => pieces[name].add((n) => `s${base + n}[y]`, { ...fold, array: (n) => `s${base + n}` }))
    return `{ ${arg?.before ?? ''} ${arg === undefined ? '' : `const arg = ${arg.value};`} ${target} ${folds.join(' ')} }`
  }

  /** The argument as a number: strings as their number among the job's. */
  private argument(group: Group): Code {
    const arg = group.arg as Expression
    const code = expressionCode(arg, this.context)
    if (group.type === 'bool') return { ...code, value: `((${code.value}) ? 1 : 0)` }
    if (group.type !== 'string') return code
    return { ...code, value: code.missing === never ? `S.numberOf(${code.value})` : `((${code.missing}) ? -1 : S.numberOf(${code.value}))` }
  }

  private extremeValue(name: 'min' | 'max', group: Group): Code {
    if (group.type === 'string') {
      const state = `s${group.states.get(name === 'min' ? 'minText' : 'maxText')}[j]`
      return { before: '', value: `S.text(${state})`, missing: `(${state} < 0)` }
    }
    const state = `s${group.states.get(name)}[j]`
    return { before: '', value: state, missing: `(${state} === ${name === 'min' ? '' : '-'}Infinity)` }
  }

  private placedValue(name: 'first' | 'last', group: Group): Code {
    const base = group.states.get(name) as number
    const missing = `(s${base}[j] === ${name === 'first' ? '' : '-'}Infinity)`
    const value = `s${base + 1}[j]`
    if (group.type === 'bool') return { before: '', value: `(${value} === 1)`, missing }
    return { before: '', value: group.type === 'string' ? `S.text(${value})` : value, missing }
  }

  private piecesOf(group: Group): [PieceName, number][] {
    return [...group.states]
  }

  private eachPiece(code: (piece: (typeof pieces)[PieceName], base: number) => string): string {
    return [...this.groups.values()].flatMap((group) => this.piecesOf(group).map(([name, base]) => code(pieces[name], base))).join('\n')
  }
}

function piecesOf(expression: AggregateExpression, type: ScalarType): readonly PieceName[] {
  switch (expression.name) {
    case 'count':
      return ['rows']
    case 'sum':
    case 'avg':
      return ['rows', 'sum']
    case 'min':
      return [type === 'string' ? 'minText' : 'min']
    case 'max':
      return [type === 'string' ? 'maxText' : 'max']
    case 'first':
    case 'last':
      return [expression.name]
    case 'variance':
    case 'stddev':
      return ['moments']
    default:
      return expression.name satisfies never
  }
}

/** A computed value that is missing where nothing was folded, and counted where it is out of range. */
function counted(scope: Scope, value: string, empty: string, range: 'finite' | 'whole'): Code {
  const result = scope.temporary()
  const missing = scope.temporary()
  const inRange = range === 'finite' ? `${result} - ${result} === 0` : `${result} <= ${maxInt} && ${result} >= -${maxInt}`
  const before = `let ${result} = 0, ${missing} = false;
    if (${empty}) ${missing} = true; else { ${result} = ${value}; if (${inRange}) ${result} += 0; else { ${result} = 0; ${missing} = true; F.failures++; } }`
  return { before, value: result, missing }
}
