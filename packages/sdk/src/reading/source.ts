import type * as js from 'acorn'
import { parse } from 'acorn'

/** A function's own text and what the parser made of it. */
export interface Source {
  readonly text: string
  readonly node: js.Function | js.Class
  /** Where the text begins in what was parsed. */
  readonly offset: number
}

export const sourceText = (given: unknown): string => Function.prototype.toString.call(given)

export const isNative = (text: string): boolean => /\{\s*\[native code\]\s*\}\s*$/.test(text)

/** A function's text is an exact slice of its file: an arrow function, a function expression or a method. */
export function parseFunction(text: string): Source | undefined {
  for (const [before, after] of [
    ['(', ')'],
    ['({', '})'],
    ['(class{', '})'],
  ] as const) {
    const node = functionIn(before + text + after)
    if (node !== undefined) return { text, node, offset: before.length }
  }
  return undefined
}

function functionIn(program: string): js.Function | js.Class | undefined {
  try {
    const [statement] = parse(program, { ecmaVersion: 'latest' }).body
    return statement?.type === 'ExpressionStatement' ? functionOf(statement.expression) : undefined
  } catch {
    return undefined
  }
}

function functionOf(expression: js.Expression): js.Function | js.Class | undefined {
  switch (expression.type) {
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return expression
    case 'ObjectExpression': {
      const [property] = expression.properties
      return property?.type === 'Property' ? functionOf(property.value) : undefined
    }
    case 'ClassExpression': {
      const [member] = expression.body.body
      return member?.type === 'MethodDefinition' && expression.id == null ? member.value : expression
    }
    default:
      return undefined
  }
}
