import type * as js from 'acorn'

type Wrapped = js.Expression | js.Super | js.PrivateIdentifier

/** Takes off what compilers and coverage tools wrap around an expression: `(0, f)`, `(cov_1().s[3]++, x)`, parentheses, chains. */
export function unwrapped<T extends Wrapped>(node: T): T | js.Expression {
  let inner: T | js.Expression = node
  for (;;) {
    if (inner.type === 'ParenthesizedExpression' || inner.type === 'ChainExpression') inner = inner.expression
    else if (inner.type === 'SequenceExpression' && inner.expressions.slice(0, -1).every(hasNoEffect)) inner = inner.expressions.at(-1) as js.Expression
    else return inner
  }
}

/** What may be left out before a comma: `(a.x && a.y, z)` is what minifiers leave of a choice between equals. */
function hasNoEffect(node: js.Expression): boolean {
  switch (node.type) {
    case 'Literal':
    case 'Identifier':
      return true
    case 'MemberExpression':
      return node.object.type !== 'Super' && !node.computed && hasNoEffect(node.object)
    case 'BinaryExpression':
      return node.left.type !== 'PrivateIdentifier' && hasNoEffect(node.left) && hasNoEffect(node.right)
    case 'LogicalExpression':
      return hasNoEffect(node.left) && hasNoEffect(node.right)
    case 'UnaryExpression':
      return node.operator !== 'delete' && hasNoEffect(node.argument)
    case 'ConditionalExpression':
      return hasNoEffect(node.test) && hasNoEffect(node.consequent) && hasNoEffect(node.alternate)
    case 'TemplateLiteral':
      return node.expressions.every(hasNoEffect)
    case 'ParenthesizedExpression':
    case 'ChainExpression':
      return hasNoEffect(node.expression)
    default:
      return isCounter(node)
  }
}

/** `cov_1x2y().s[3]++`, as istanbul writes it. */
function isCounter(node: js.Expression): boolean {
  if (node.type !== 'UpdateExpression' || node.operator !== '++') return false
  let at: js.Expression | js.Super = node.argument
  while (at.type === 'MemberExpression') at = at.object
  if (at.type === 'CallExpression' && at.arguments.length === 0) at = at.callee
  return at.type === 'Identifier' && at.name.startsWith('cov_')
}

/** Statements that mean nothing to a plan: counters, `;` and directives. */
export function isIdle(statement: js.Statement): boolean {
  if (statement.type === 'EmptyStatement') return true
  return statement.type === 'ExpressionStatement' && (hasNoEffect(statement.expression) || isCounters(statement.expression))
}

const isCounters = (node: js.Expression): boolean => node.type === 'SequenceExpression' && node.expressions.every(hasNoEffect)
