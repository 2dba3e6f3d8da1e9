import type * as js from 'acorn'
import { oldTarget } from './body.ts'
import type { Meaning } from './meaning.ts'
import type { Reading } from './reading.ts'

const one = 'Write one expression.'
const forms: Partial<Record<js.Expression['type'], readonly [what: string, instead: string]>> = {
  AssignmentExpression: ['An assignment', `Did you mean \`===\`? ${oldTarget}`],
  UpdateExpression: ['`++` or `--`', 'Nothing can change in an expression; aggregates count.'],
  AwaitExpression: ['`await`', 'Expressions wait for nothing; call services in a connector or a workflow.'],
  YieldExpression: ['`yield`', one],
  ArrowFunctionExpression: ['A function inside of the function', 'Make rows of a list with flow.explode(column), then filter or aggregate.'],
  FunctionExpression: ['A function inside of the function', 'Make rows of a list with flow.explode(column), then filter or aggregate.'],
  ClassExpression: ['A class', one],
  NewExpression: ['`new`', 'Columns are numbers, strings, booleans, timestamps and durations; docs/apps.md lists what can be asked of them.'],
  ThisExpression: ['`this`', 'Only the parameters can be read.'],
  ArrayExpression: ['A list', 'Give each element a name: `{ first: x, second: y }`.'],
  TaggedTemplateExpression: ['A tagged template', 'Write a template without a tag.'],
  ImportExpression: ['`import`', 'Only the parameters can be read.'],
  MetaProperty: ['`import.meta` or `new.target`', 'Only the parameters can be read.'],
}

/** Syntax that no plan can hold. */
export function refuseSyntax(reading: Reading, node: js.Expression): Meaning {
  const [what, instead] = forms[node.type] ?? ['This', one]
  return reading.refused(node, 'SDK_SYNTAX', { what, instead })
}
