import type { Expression } from '@millrace/plan'

/** An expression in words that say all of it: equal text, equal meaning over equal columns. */
export function expressionText(expression: Expression): string {
  switch (expression.kind) {
    case 'column':
      return nameText(expression.name)
    case 'param':
      return `params.${nameText(expression.name)}`
    case 'literal':
      return JSON.stringify(expression.value)
    case 'call':
      return `${expression.name}(${expression.args.map(expressionText).join(', ')})`
    case 'aggregate':
      return `${expression.name}(${expression.arg === undefined ? '' : expressionText(expression.arg)})${whereText(expression.where)}`
    default:
      return expression satisfies never
  }
}

export function whereText(where: Expression | undefined): string {
  return where === undefined ? '' : ` where ${expressionText(where)}`
}

/** Quoted where it could be taken for something else. */
export function nameText(name: string): string {
  return /^[a-z_][\w.]*$/i.test(name) ? name : JSON.stringify(name)
}
