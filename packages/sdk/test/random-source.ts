import type { Field, ScalarType } from '@millrace/plan'
import fc from 'fast-check'

const types: Readonly<Record<string, ScalarType>> = { b: 'bool', n: 'float64', s: 'string' }
/** A column of its own: equal ones meet only where a form below wants it. */
const column = (letter: string) => fc.noBias(fc.noShrink(fc.nat(1e9))).map((at) => `a.${letter}${at}`)
/** The columns that a source names. */
export const fieldsOf = (source: string): Field[] =>
  [...new Set(source.match(/(?<=\ba\.)[bns]\d+/g))].map((name) => ({ name, type: types[name.charAt(0)] as ScalarType, nullable: true }))

/** Source with holes: `{0} ? {1} : {2}` from the arbitraries, each in parentheses. */
function form(text: string, ...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((sources) => `(${text.replace(/\{(\d)\}/g, (_, at: string) => sources[Number(at)] as string)})`)
}

/** What minifiers know of any value: choices, also such that repeat a value. */
const choices = (letter: string, b: fc.Arbitrary<string>, x: fc.Arbitrary<string>) => [
  form('{0} ? {1} : {2}', b, x, x),
  form('!{0} ? {1} : {2}', b, x, x),
  form('{0} ? {1} : {1}', column('b'), column(letter)),
  form('{0} ? ({1} ? {2} : {3}) : {3}', b, b, x, column(letter)),
  form('{0} ? ({1} ? {2} : {3}) : {2}', b, b, column(letter), x),
  form('{0} ? {2} : ({1} ? {2} : {3})', b, b, column(letter), x),
  form('{0} ? {3} : ({1} ? {2} : {3})', b, b, x, column(letter)),
]
const replacements = (letter: string, x: fc.Arbitrary<string>) => [
  form('{0} ?? {1}', column(letter), x),
  form('{0} === null ? {1} : {0}', column(letter), x),
  form('{0} !== null && {0} !== undefined ? {0} : {1}', column(letter), x),
  form('{0} == null ? {1} : {0}', column(letter), x),
]

/** Random expressions as a user may write them, as source. */
export const { bool: randomCondition } = fc.letrec<{ bool: string; number: string; string: string }>((tie) => {
  const [b, n, s] = [tie('bool'), tie('number'), tie('string')]
  const compared = (x: fc.Arbitrary<string>) => ['<', '<=', '>', '>=', '===', '!=='].map((operator) => form(`{0} ${operator} {1}`, x, x))
  return {
    bool: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'expression' },
      column('b'),
      form('{0} > 3', column('n')),
      form("'x' === {0}", column('s')),
      ...[' === null', ' !== undefined'].map((test) => form(`{0}${test}`, fc.oneof(column('n'), column('s'), column('b')))),
      form('{0} === null || {0} === undefined', column('s')),
      form('{0} && {1}', b, b),
      form('{0} || {1}', b, b),
      form('!{0}', b),
      form('!!{0}', b),
      ...['true', 'false'].flatMap((value) => [form(`{0} ? ${value} : {1}`, b, b), form(`{0} ? {1} : ${value}`, b, b), form(`{0} === ${value}`, b)]),
      ...choices('b', b, b),
      form('{0} ? {1} || {2} : {2}', b, b, column('b')),
      form('{0} ? {2} : {1} && {2}', b, b, column('b')),
      ...compared(n),
      form('{0} === {1}', s, s),
      form('{0}.startsWith({1})', column('s'), s),
      form('{0} ? {1}.startsWith({2}) : {1}.startsWith({3})', b, column('s'), s, s),
    ),
    number: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'expression' },
      column('n'),
      fc.constantFrom('0', '1', '2.5', '1000', '(60 * 60)', 'p.limit', 'a.to.minus(a.from).minutes', 'Math.PI'),
      ...['+', '-', '*', '/', '%'].map((operator) => form(`{0} ${operator} {1}`, n, n)),
      form('-{0}', n),
      ...choices('n', b, n),
      ...replacements('n', n),
      form('{0} ? 1 : 0', b),
      form('Math.abs({0})', n),
      form('Math.max({0}, {1})', n, n),
      form('{0} ? Math.abs({1}) : Math.abs({2})', b, n, n),
      form('{0} ? Math.max({1}, {2}) : Math.max({1}, {3})', b, column('n'), n, n),
    ),
    string: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'expression' },
      column('s'),
      fc.constantFrom("'x'", "''", "'y z'", 'p.label'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: source of the form under test
      form('`<${{0}}>`', fc.oneof(s, n)),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: source of the form under test
      form('`${{0}}${{1}}`', s, n),
      form('{0} + {1}', s, fc.oneof(s, n)),
      ...choices('s', b, s),
      ...replacements('s', s),
      form('{0}.toUpperCase()', s),
    ),
  }
})
