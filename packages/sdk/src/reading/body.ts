import type * as js from 'acorn'
import type { Meaning, Names } from './meaning.ts'
import { bind } from './pattern.ts'
import type { Reading } from './reading.ts'
import { isIdle } from './wrapped.ts'

/** What a function returns: an expression, or a block of `const`s and a return. */
export function bodyMeaning(reading: Reading, body: js.BlockStatement | js.Expression, outer: Names): Meaning {
  if (body.type !== 'BlockStatement') return reading.meaning(body, outer)
  const names = new Map(outer)
  for (const statement of body.body) {
    if (isIdle(statement)) continue
    if (statement.type === 'ReturnStatement') return statement.argument ? reading.meaning(statement.argument, names) : noResult(reading, statement)
    if (statement.type === 'VariableDeclaration') declare(reading, statement, names)
    else refuseStatement(reading, statement)
  }
  return noResult(reading, body)
}

function declare(reading: Reading, { declarations }: js.VariableDeclaration, names: Map<string, Meaning>): void {
  for (const declared of declarations) {
    if (declared.init) bind(reading, declared.id, reading.meaning(declared.init, names), names)
    else reading.refuse(declared, 'SDK_STATEMENT', { what: 'A name without a value', instead: `Write \`const name = value\`. ${oldTarget}` })
  }
}

export const oldTarget = 'If a compiler wrote it, let it compile to ES2022 or later ("target").'

function noResult(reading: Reading, node: js.Node): Meaning {
  return reading.refused(node, 'SDK_STATEMENT', { what: 'A function that returns nothing', instead: 'Return an expression.' })
}

const statements: Partial<Record<js.Statement['type'], readonly [what: string, instead: string]>> = {
  IfStatement: ['`if`', 'Write `condition ? a : b`.'],
  SwitchStatement: ['`switch`', 'Write `condition ? a : other ? b : c`.'],
  ForStatement: ['A loop', 'Make rows of a list with flow.explode(column), then filter or aggregate.'],
  ForOfStatement: ['A loop', 'Make rows of a list with flow.explode(column), then filter or aggregate.'],
  ForInStatement: ['A loop', 'Name the columns.'],
  WhileStatement: ['A loop', 'Write one expression.'],
  DoWhileStatement: ['A loop', 'Write one expression.'],
  ThrowStatement: ['`throw`', 'Filter such rows out, or give them an output of their own.'],
  TryStatement: ['`try`', 'No expression throws: what cannot be computed is missing (`??` replaces it).'],
  ExpressionStatement: ['A statement', 'Return one expression; `const` names may stand before it.'],
  FunctionDeclaration: ['A function', 'Write its expression in place, or make it a function over flows.'],
}

function refuseStatement(reading: Reading, statement: js.Statement): void {
  const [what, instead] = statements[statement.type] ?? ['This statement', 'Return one expression; `const` names may stand before it.']
  reading.refuse(statement, 'SDK_STATEMENT', { what, instead })
}
