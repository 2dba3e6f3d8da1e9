import { transform } from 'esbuild'
import fc from 'fast-check'
import { minifySync } from 'rolldown/utils'
import { describe, expect, it } from 'vitest'
import { readAsValue } from './read.ts'

/** Random expressions as a user may write them, as source. */
const { bool } = fc.letrec<{ bool: string; number: string; string: string }>((tie) => {
  const [b, n, s] = [tie('bool'), tie('number'), tie('string')]
  const joined = (glue: readonly string[], ...parts: fc.Arbitrary<string>[]) =>
    fc.tuple(...parts).map((all) => `(${glue[0]}${all.map((part, at) => part + (glue[at + 1] ?? '')).join('')})`)
  return {
    bool: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'expression' },
      fc.constantFrom(
        'a.isActive',
        'a.isNew',
        'true',
        'false',
        'a.value > 3',
        "a.type === 'x'",
        "a.name !== 'y'",
        'a.value === null',
        'a.name !== undefined',
        '3 < a.limit',
      ),
      ...['&&', '||'].map((operator) => joined(['', ` ${operator} `], b, b)),
      joined(['!'], b),
      ...[' === true', ' !== true', ' === false', ' === null', ' !== undefined'].map((test) => joined(['', test], b)),
      ...[' === null', ' !== null', ' == undefined'].map((test) => joined(['', test], fc.oneof(n, s))),
      joined(['', ' === '], s, s),
      joined(['', ' ? ', ' : '], b, b, b),
      ...['<', '<=', '>', '>=', '===', '!=='].map((operator) => joined(['', ` ${operator} `], n, n)),
      joined(['', '.startsWith(', ')'], fc.constantFrom('a.name', 'a.type'), s),
    ),
    number: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'expression' },
      fc.constantFrom('a.value', 'a.limit', 'a.id', '0', '1', '2.5', '1000', 'p.limit', 'a.to.minus(a.from).minutes', 'a.name.length'),
      ...['+', '-', '*', '/', '%'].map((operator) => joined(['', ` ${operator} `], n, n)),
      joined(['-'], n),
      joined(['', ' ? ', ' : '], b, n, n),
      joined(['', ' ?? '], n, n),
      joined(['Math.abs(', ')'], n),
      joined(['Math.max(', ', ', ')'], n, n),
    ),
    string: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'expression' },
      fc.constantFrom('a.name', 'a.type', "'x'", "''", "'y z'", 'p.label'),
      joined(['`<${', '}>`'], fc.oneof(s, n)),
      joined(['', ' + '], s, fc.oneof(s, n)),
      joined(['', ' ? ', ' : '], b, s, s),
      joined(['', ' ?? '], s, s),
      joined(['', '.toUpperCase()'], s),
    ),
  }
})

const read = (source: string): string => {
  const { text, issues } = readAsValue(new Function(`return ${source}`)())
  return issues.length > 0 ? 'refused' : text
}

type Minify = (source: string) => Promise<string> | string

async function keepsExpressions(minify: Minify, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(bool, async (source) => {
      const plain = `(a, p) => ${source}`
      fc.pre(read(plain) !== 'refused')
      const minified = (await minify(`globalThis.f = ${plain}`)).replace(/^globalThis\.f=/, '').replace(/;\s*$/, '')
      expect(read(minified), `${plain}\n${minified}`).toBe(read(plain))
    }),
    { numRuns },
  )
}

describe('minifiers change no expression', () => {
  it('esbuild', () => keepsExpressions(async (source) => (await transform(source, { minify: true, target: 'es2022' })).code, 500))
  it('rolldown', () => keepsExpressions((source) => minifySync('f.js', source, { compress: true, mangle: true }).code, 500))
})
