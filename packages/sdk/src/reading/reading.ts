import type { ErrorCode, ErrorContext, Expression, Field, Plan, ValueType } from '@millrace/plan'
import { nearest, typeOf } from '@millrace/plan'
import type * as js from 'acorn'
import { concat } from '../normal/text.ts'
import { hole, type Meaning, type Names, valueMeaning } from './meaning.ts'
import type { Place } from './place.ts'
import type { Source } from './source.ts'

/** What the names of a function may stand for. */
export interface FunctionScope {
  /** Columns of the row; undefined where something before was refused. */
  readonly fields: readonly Field[] | undefined
  readonly params: Plan['params']
  /** Values of `flow.with`: they are written into the expression. */
  readonly constants: Plan['params']
}

export interface SourceIssue {
  readonly code: ErrorCode
  readonly context: ErrorContext
  readonly place: Place
}

type Type = ValueType['type']
export type Reader = (reading: Reading, node: js.Expression, names: Names) => Meaning

/** One function while it is read: what it may see, and all that is refused in it. */
export class Reading {
  readonly scope: FunctionScope
  private readonly issues: SourceIssue[]
  private readonly source: Pick<Source, 'text' | 'offset'>
  private readonly site: string
  private readonly places: WeakMap<Expression, Place>
  private readonly read: Reader

  constructor(
    source: Pick<Source, 'text' | 'offset'>,
    site: string,
    scope: FunctionScope,
    places: WeakMap<Expression, Place>,
    issues: SourceIssue[],
    read: Reader,
  ) {
    this.source = source
    this.site = site
    this.scope = scope
    this.places = places
    this.issues = issues
    this.read = read
  }

  meaning(node: js.Expression, names: Names): Meaning {
    return this.read(this, node, names)
  }

  value(node: js.Expression, names: Names): Expression {
    return this.taken(this.meaning(node, names), node)
  }

  /** The value of a meaning, whose place is remembered; the first place, the narrowest, stays. */
  taken(meaning: Meaning, node: js.Node): Expression {
    const value = this.asValue(meaning, node)
    if (value !== hole && !this.places.has(value)) this.places.set(value, this.placeOf(node))
    return value
  }

  asValue(meaning: Meaning, node: js.Node): Expression {
    switch (meaning.is) {
      case 'value':
        return meaning.value
      case 'row':
        return this.isRecord(meaning.path) ? this.refuse(node, 'SDK_WHOLE_RECORD') : { kind: 'column', name: meaning.path }
      case 'aggregate':
        return this.refuse(node, 'SDK_NOT_A_VALUE', { what: `The function \`${meaning.name}\``, instead: `Call it: \`${meaning.name}(...)\`.` })
      case 'columns':
        return this.refuse(node, 'SDK_NOT_A_VALUE', { what: 'An object', instead: 'Name one of its members.' })
      default:
        return this.refuse(node, 'SDK_NOT_A_VALUE', { what: 'This', instead: 'Name one of its members.' })
    }
  }

  /** The columns of a record by their paths in it; undefined: not a record. */
  columnsOf(meaning: Meaning): ReadonlyMap<string, Expression> | undefined {
    if (meaning.is === 'columns') return meaning.columns
    if (meaning.is === 'value' && meaning.value === hole) return new Map()
    if (meaning.is !== 'row' || !this.isRecord(meaning.path)) return undefined
    const prefix = meaning.path === '' ? '' : `${meaning.path}.`
    const below = (this.scope.fields ?? []).filter(({ name }) => name.startsWith(prefix))
    return new Map(below.map(({ name }) => [name.slice(prefix.length), { kind: 'column', name }]))
  }

  /** Whether a path leads to a record of further columns; the row itself does. */
  isRecord(path: string): boolean {
    if (path === '') return true
    return this.scope.fields?.some(({ name }) => name.startsWith(`${path}.`)) ?? false
  }

  isColumn(path: string): boolean {
    return this.scope.fields?.some(({ name }) => name === path) ?? false
  }

  /** undefined where the type cannot be told, because something before was refused. */
  typeOf(expression: Expression): Type | undefined {
    if (this.scope.fields === undefined) return undefined
    try {
      const { type } = typeOf(expression, { fields: this.scope.fields, params: this.scope.params })
      return type === 'null' ? undefined : type
    } catch {
      return undefined
    }
  }

  /** Parts joined to a string; a string alone stays as it is. */
  joined(parts: readonly Expression[]): Expression {
    const text = concat(parts)
    const [only] = text.kind === 'call' ? text.args : []
    return text.kind === 'call' && text.args.length === 1 && only !== undefined && this.typeOf(only) === 'string' ? only : text
  }

  refuse(node: js.Node, code: ErrorCode, context: ErrorContext = {}): Expression {
    this.issues.push({ code, context, place: this.placeOf(node) })
    return hole
  }

  refused(node: js.Node, code: ErrorCode, context: ErrorContext = {}): Meaning {
    return valueMeaning(this.refuse(node, code, context))
  }

  private placeOf({ start, end }: js.Node): Place {
    const { text, offset } = this.source
    return { text, start: Math.max(0, start - offset), end: Math.min(text.length, end - offset), site: this.site }
  }
}

/** ` Did you mean \`x\`?`, or nothing. */
export function near(name: string, candidates: Iterable<string>): string {
  const found = nearest(name, [...candidates])
  return found === undefined ? '' : ` Did you mean \`${found}\`?`
}

export const typeName = (type: Type | undefined): string => (typeof type === 'object' ? 'list' : (type ?? 'value'))
