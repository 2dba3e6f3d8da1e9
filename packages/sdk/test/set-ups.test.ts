import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { canonical } from '@millrace/plan'
import { build, transform } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import air from './apps/air.ts'
import bts from './apps/bts.ts'
import forms from './apps/forms.ts'

const run = promisify(execFile)
const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../../..')
const binary = (name: string): string => join(root, 'node_modules/.bin', name)
const names = ['bts', 'air', 'forms'] as const
const source = (name: string): string => join(here, 'apps', `${name}.ts`)

// Beside the packages, so that what is not bundled finds them.
const cache = join(root, 'node_modules/.cache')
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(join(cache, 'sdk-set-ups-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Plans = Readonly<Record<string, string>>
/** The plans as vitest's own transformation gives them: all others must be the same bytes. */
const expected: Plans = { bts: canonical(bts.plan), air: canonical(air.plan), forms: canonical(forms.plan) }

/** The canonical plans of the apps in files, which Node alone runs. */
async function plansOf(files: Readonly<Record<string, string>>): Promise<Plans> {
  const script = `
    import { canonical } from '@millrace/plan'
    const files = JSON.parse(process.argv[1])
    const plans = {}
    for (const [name, file] of Object.entries(files)) {
      const found = await import(file)
      plans[name] = canonical((found.default.plan ? found.default : found.default.default).plan)
    }
    process.stdout.write(JSON.stringify(plans))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script, JSON.stringify(files)], { cwd: here })
  return JSON.parse(stdout)
}

const inFolder = (set: string, extension: string) => Object.fromEntries(names.map((name) => [name, join(folder, set, `${name}.${extension}`)]))

describe('the same app gives the same plan bytes', () => {
  it('as .ts under type stripping', async () => {
    expect(await plansOf(Object.fromEntries(names.map((name) => [name, source(name)])))).toEqual(expected)
  })

  it.each([{ minify: false }, { minify: true }])('as .js, made by esbuild file by file: %o', async (options) => {
    const files = inFolder(`js-${options.minify}`, 'mjs')
    mkdirSync(join(folder, `js-${options.minify}`))
    for (const name of names) {
      const { code } = await transform(readFileSync(source(name), 'utf8'), { ...options, loader: 'ts', format: 'esm', target: 'es2022' })
      writeFileSync(files[name] as string, code)
    }
    expect(await plansOf(files)).toEqual(expected)
  })

  it.each([
    { minify: false, target: 'es2024' },
    { minify: true, target: 'es2024' },
    { minify: true, target: 'es2022', format: 'cjs' as const },
    { minifySyntax: true, target: 'es2022' },
  ])('bundled by esbuild: %o', async (options) => {
    const set = `bundle-${Object.values(options).join('-')}`
    const extension = options.format === 'cjs' ? 'cjs' : 'mjs'
    await build({
      entryPoints: names.map(source),
      outdir: join(folder, set),
      bundle: true,
      platform: 'node',
      format: 'esm',
      outExtension: { '.js': `.${extension}` },
      logLevel: 'error',
      // Every file has its own copy of the sdk.
      splitting: false,
      ...options,
    })
    expect(await plansOf(inFolder(set, extension))).toEqual(expected)
  })

  it.each([{ minify: false }, { minify: true }])('bundled by rolldown: %o', async ({ minify }) => {
    const { rolldown } = createRequire(import.meta.url)('rolldown') as typeof import('rolldown')
    const set = `rolldown-${minify}`
    for (const name of names) {
      const bundle = await rolldown({ input: source(name), platform: 'node', logLevel: 'silent' })
      await bundle.write({ file: join(folder, set, `${name}.mjs`), format: 'esm', minify, codeSplitting: false })
      await bundle.close()
    }
    expect(await plansOf(inFolder(set, 'mjs'))).toEqual(expected)
  })

  it('compiled by tsc to CommonJS', async () => {
    const out = join(folder, 'commonjs')
    mkdirSync(out)
    writeFileSync(join(out, 'package.json'), '{ "type": "commonjs" }')
    const options = [
      '--module',
      'commonjs',
      '--moduleResolution',
      'bundler',
      '--target',
      'es2022',
      '--noCheck',
      '--noResolve',
      '--types',
      'node',
      '--rootDir',
      join(here, 'apps'),
    ]
    await run(binary('tsc'), ['--ignoreConfig', ...options, '--outDir', out, ...names.map(source)], { cwd: here })
    expect(readFileSync(join(out, 'bts.js'), 'utf8')).toContain('(0, sdk_1.app)(')
    expect(await plansOf(inFolder('commonjs', 'js'))).toEqual(expected)
  })
})

describe('coverage', () => {
  let plans: Plans = {}
  beforeAll(async () => {
    const file = join(folder, 'coverage.json')
    const env = { ...process.env, PLANS_FILE: file, COVERAGE_FOLDER: join(folder, 'coverage') }
    await run(binary('vitest'), ['run', '--root', join(here, 'fixtures/coverage')], { env, cwd: join(here, 'fixtures/coverage') })
    plans = JSON.parse(readFileSync(file, 'utf8'))
  }, 60_000)

  it("istanbul's counters in the functions change no byte of a plan", () => {
    expect(plans).toEqual(expected)
  })
})
