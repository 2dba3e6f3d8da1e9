import type { Expression, FunctionName } from '@millrace/plan'
import { isExact, plain } from './arithmetic.ts'
import { literal, numberOf, stringOf } from './literal.ts'

const ofNumbers: Partial<Record<FunctionName, (...values: number[]) => number>> = {
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round: Math.round,
  trunc: Math.trunc,
  sqrt: Math.sqrt,
  least: Math.min,
  greatest: Math.max,
}

const ofStrings: Partial<Record<FunctionName, (text: string, other: string) => string | number | boolean>> = {
  length: (text) => [...text].length,
  startsWith: (text, other) => text.startsWith(other),
  endsWith: (text, other) => text.endsWith(other),
  includes: (text, other) => text.includes(other),
  toLowerCase: (text) => text.toLowerCase(),
  toUpperCase: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
  trimStart: (text) => text.trimStart(),
  trimEnd: (text) => text.trimEnd(),
}

/** A call, or its value where all arguments are constants and minifiers would compute it. */
export function call(name: FunctionName, args: readonly Expression[]): Expression {
  const numbers = args.map(numberOf)
  const numeric = ofNumbers[name]
  if (numeric !== undefined && numbers.every((value) => value !== undefined)) {
    const value = numeric(...numbers)
    if (isExact(value)) return literal(value)
  }
  const texts = args.map(stringOf)
  const textual = ofStrings[name]
  if (textual !== undefined && texts.every((value) => value !== undefined)) return literal(textual(texts[0] as string, texts[1] as string))
  return plain(name, args)
}
