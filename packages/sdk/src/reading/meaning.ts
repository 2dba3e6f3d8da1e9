import type { Expression } from '@millrace/plan'
import { literal } from '../normal/literal.ts'

/** What a name or a part of a function stands for while it is read. */
export type Meaning =
  /** The row or, by path, a record or a column in it. */
  | { readonly is: 'row'; readonly path: string }
  | { readonly is: 'params' }
  | { readonly is: 'aggregates' }
  | { readonly is: 'aggregate'; readonly name: string }
  | { readonly is: 'math' }
  | { readonly is: 'value'; readonly value: Expression }
  | { readonly is: 'columns'; readonly columns: ReadonlyMap<string, Expression> }

/** Names in scope, innermost. */
export type Names = ReadonlyMap<string, Meaning>

/** What a function gets, in order. */
export type Role = 'row' | 'aggregates' | 'params'

export const roleMeaning: Readonly<Record<Role, Meaning>> = {
  row: { is: 'row', path: '' },
  aggregates: { is: 'aggregates' },
  params: { is: 'params' },
}

/** Stands where something was refused, so that reading goes on and finds the rest. */
export const hole: Expression = literal(null)

export const valueMeaning = (value: Expression): Meaning => ({ is: 'value', value })
