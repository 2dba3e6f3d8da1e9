import type { Field } from '@millrace/plan'
import { transform } from 'esbuild'
import fc from 'fast-check'
import { minifySync } from 'rolldown/utils'
import { describe, expect, it } from 'vitest'
import { fieldsOf, randomCondition } from './random-source.ts'
import { readAsValue } from './read.ts'

const read = (source: string, fields: readonly Field[]): string => {
  const { text, issues } = readAsValue(new Function(`return ${source}`)(), fields)
  return issues.length > 0 ? 'refused' : text
}

const runs = Number(process.env.RUNS ?? 300)
type Minify = (source: string) => Promise<string> | string

async function keepsExpressions(minify: Minify, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(randomCondition, async (source) => {
      const fields = fieldsOf(source)
      const plain = `(a, p) => ${source}`
      fc.pre(read(plain, fields) !== 'refused')
      const minified = (await minify(`globalThis.f = ${plain}`)).replace(/^globalThis\.f=/, '').replace(/;\s*$/, '')
      expect(read(minified, fields), `${plain}\n${minified}`).toBe(read(plain, fields))
    }),
    { numRuns },
  )
}

describe('minifiers change no expression', () => {
  it('esbuild', () => keepsExpressions(async (source) => (await transform(source, { minify: true, target: 'es2022' })).code, runs))
  it('rolldown', () => keepsExpressions((source) => minifySync('f.js', source, { compress: true, mangle: true }).code, runs))
})
