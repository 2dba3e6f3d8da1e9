import type { Operator, Plan, Relation } from '@millrace/plan'
import { relationOf } from '@millrace/plan'

/** What an operator does, without its id and its inputs. */
export type Content = Operator extends infer O ? (O extends Operator ? Omit<O, 'id' | 'input' | 'inputs'> : never) : never

/** An operator of an app while the app is built: it gets its id when an output reaches it. */
export interface Draft {
  readonly content: Content
  readonly inputs: readonly Draft[]
  /** undefined where something in it or before it is refused. */
  readonly relation: Relation | undefined
  /** Where it was written. */
  readonly site: string
}

type Scope = Pick<Plan, 'streams' | 'params'>

/** `sound`: nothing in it was refused. */
export function draft(content: Content, inputs: readonly Draft[], site: string, scope: Scope, sound = true): Draft {
  return { content, inputs, site, relation: sound ? relationOfDraft(content, inputs, scope) : undefined }
}

function relationOfDraft(content: Content, inputs: readonly Draft[], scope: Scope): Relation | undefined {
  const known = new Map<string, Relation>()
  for (const [at, { relation }] of inputs.entries()) {
    if (relation === undefined) return undefined
    known.set(String(at), relation)
  }
  try {
    return relationOf(
      numbered(
        content,
        '',
        inputs.map((_, at) => String(at)),
      ),
      known,
      scope,
    )
  } catch {
    // Types that do not fit: validation names them.
    return undefined
  }
}

/** The operator of a plan that a draft becomes. */
export function numbered(content: Content, id: string, inputs: readonly string[]): Operator {
  const { kind, ...rest } = content
  const named = kind === 'read' ? {} : kind === 'union' ? { inputs } : { input: inputs[0] }
  return { kind, id, ...named, ...rest } as Operator
}

/** The same draft with its nearest windowed aggregates giving final results only; null: there is none. */
export function finalDraft(given: Draft, scope: Scope): Draft | null {
  const { content, inputs, site } = given
  if (content.kind === 'aggregate')
    return content.window === null ? null : draft({ ...content, results: 'final' }, inputs, site, scope, given.relation !== undefined)
  if (content.kind === 'alert') return null
  const finals = inputs.map((input) => finalDraft(input, scope))
  if (finals.every((input) => input === null)) return null
  const sources = finals.map((input, at) => input ?? (inputs[at] as Draft))
  return draft(content, sources, site, scope, given.relation !== undefined)
}
