import { evaluationOf } from '@millrace/oracle'
import type { Expression, Field, FunctionName } from '@millrace/plan'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { arithmetic, negative, plain } from '../src/normal/arithmetic.ts'
import { comparison, presence } from '../src/normal/comparison.ts'
import { call } from '../src/normal/constant-call.ts'
import { literal } from '../src/normal/literal.ts'
import { and, choose, coalesce, not, or } from '../src/normal/logic.ts'
import { concat } from '../src/normal/text.ts'
import { short } from './short.ts'

/** One expression twice: as it was written, and in normal form. */
interface Twice {
  readonly written: Expression
  readonly normal: Expression
}

const types = { b: 'bool', n: 'float64', s: 'string' } as const
/** Columns of their own: a choice that repeats a test or a value has a meaning of its own (docs/apps.md). */
const column = (letter: keyof typeof types) => fc.noBias(fc.noShrink(fc.nat(1e9))).map((at) => same({ kind: 'column', name: `${letter}${at}` }))
const same = (expression: Expression): Twice => ({ written: expression, normal: expression })

function made(name: FunctionName, normal: (...args: Expression[]) => Expression, ...args: fc.Arbitrary<Twice>[]): fc.Arbitrary<Twice> {
  return fc.tuple(...args).map((all) => ({
    written: plain(
      name,
      all.map((arg) => arg.written),
    ),
    normal: normal(...all.map((arg) => arg.normal)),
  }))
}

/** Only beside columns: a choice between constants has a meaning of its own, too. */
const numbers = fc.constantFrom(0, 1, -2.5).map((value) => same(literal(value)))
const texts = fc.constantFrom('', 'x').map((value) => same(literal(value)))

const { bool } = fc.letrec<Record<'bool' | 'number' | 'text', Twice>>((tie) => {
  const [b, n, s] = [tie('bool'), tie('number'), tie('text')]
  const depth = { maxDepth: 4, depthIdentifier: 'twice' }
  return {
    bool: fc.oneof(
      depth,
      column('b'),
      made('and', and, b, b),
      made('or', or, b, b),
      made('not', not, b),
      made('if', choose, b, b, b),
      made('coalesce', coalesce, b, b),
      ...(['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const).map((name) => made(name, (x, y) => comparison(name, x as Expression, y as Expression), n, n)),
      ...(['isMissing', 'isPresent'] as const).map((name) => made(name, (x) => presence(name, x as Expression), column('n'))),
      made('startsWith', (...args) => call('startsWith', args), s, s),
    ),
    number: fc.oneof(
      depth,
      column('n'),
      ...(['add', 'sub', 'mul', 'div'] as const).map((name) =>
        made(name, (x, y) => arithmetic(name, x as Expression, y as Expression), fc.oneof(n, numbers), n),
      ),
      made('neg', negative, n),
      made('abs', (...args) => call('abs', args), n),
      made('greatest', (...args) => call('greatest', args), n, n),
      made('if', choose, b, n, n),
      made('coalesce', coalesce, n, n),
    ),
    text: fc.oneof(
      depth,
      column('s'),
      made('concat', (...args) => concat(args), fc.oneof(s, n, texts), s),
      made('if', choose, b, s, s),
      made('coalesce', coalesce, s, s),
    ),
  }
})

const values = { b: [null, true, false], n: [null, -1, 0, 1.5], s: [null, '', 'x'] } as const

it('a normal form means what was written, also where values are missing', () => {
  fc.assert(
    fc.property(bool, fc.infiniteStream(fc.nat(11)), ({ written, normal }, choice) => {
      const names = [...new Set(short(written).match(/\b[bns]\d+\b/g))]
      const letterOf = (name: string) => name.charAt(0) as keyof typeof types
      const fields: Field[] = names.map((name) => ({ name, type: types[letterOf(name)], nullable: true }))
      const row = Object.fromEntries(
        names.map((name) => [name, values[letterOf(name)][(choice.next().value as number) % values[letterOf(name)].length] ?? null]),
      )
      const meaningOf = (expression: Expression) => evaluationOf(expression, { fields, params: {}, failures: { count: 0 } })(row)
      expect(meaningOf(normal), `${short(written)}\n${short(normal)}\n${JSON.stringify(row)}`).toBe(meaningOf(written))
    }),
    { numRuns: Number(process.env.RUNS ?? 1000) },
  )
})
