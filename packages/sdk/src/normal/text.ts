import type { Expression } from '@millrace/plan'
import { plain } from './arithmetic.ts'
import { isLiteral, literal, stringOf } from './literal.ts'

/** Parts joined to one string: nested ones are taken apart, constants beside each other joined. */
export function concat(parts: readonly Expression[]): Expression {
  const joined: Expression[] = []
  for (const part of parts.flatMap(partsOf)) {
    const text = stringOf(part)
    const before = joined.length === 0 ? undefined : stringOf(joined.at(-1) as Expression)
    if (text === undefined) joined.push(part)
    else if (before !== undefined) joined[joined.length - 1] = literal(before + text)
    else if (text !== '') joined.push(part)
  }
  if (joined.length === 0) return literal('')
  const [only] = joined
  return joined.length === 1 && stringOf(only as Expression) !== undefined ? (only as Expression) : plain('concat', joined)
}

function partsOf(part: Expression): readonly Expression[] {
  if (part.kind === 'call' && part.name === 'concat') return part.args
  if (isLiteral(part) && (typeof part.value === 'number' || typeof part.value === 'boolean')) return [literal(String(part.value))]
  return [part]
}

/** The text of an alert: a missing part reads `missing` instead of taking the whole text with it. */
export function message(text: Expression): Expression {
  return stringOf(text) !== undefined ? text : format(text)
}

function format(text: Expression): Expression {
  return text.kind === 'call' && text.name === 'concat' ? plain('format', text.args.map(formatted)) : plain('format', [formatted(text)])
}

function formatted(part: Expression): Expression {
  if (part.kind !== 'call') return part
  if (part.name === 'concat') return format(part)
  if (part.name !== 'if') return part
  const [test, a, b] = part.args as [Expression, Expression, Expression]
  return plain('if', [test, formatted(a), formatted(b)])
}
