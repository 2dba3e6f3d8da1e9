import type { Constant, Expression } from '@millrace/plan'

/** An expression as one line, for tests: `and(gt(value, 3), $flag)`. */
export function short(expression: Expression): string {
  switch (expression.kind) {
    case 'column':
      return expression.name
    case 'param':
      return `$${expression.name}`
    case 'literal':
      return constant(expression.value)
    case 'call':
      return `${expression.name}(${expression.args.map(short).join(', ')})`
    case 'aggregate': {
      const where = expression.where === undefined ? '' : ` where ${short(expression.where)}`
      return `${expression.name.toUpperCase()}(${expression.arg === undefined ? '' : short(expression.arg)}${where})`
    }
  }
}

function constant(value: Constant | null): string {
  return typeof value === 'object' && value !== null ? Object.entries(value).join().replace(',', ' ') : JSON.stringify(value)
}
