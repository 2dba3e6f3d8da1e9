import { existsSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cycleOf, type Import, importsIn, importsOf, root, sourcesOf, targetOf } from './imports.ts'

/** What each package may import: the directions of ARCHITECTURE.md. */
const directions: Readonly<Record<string, readonly string[]>> = {
  plan: [],
  columns: ['plan'],
  formats: ['plan', 'columns'],
  sdk: ['plan'],
  engine: ['plan', 'columns'],
  testing: ['plan', 'columns', 'formats', 'sdk', 'engine'],
  log: ['plan'],
  jobs: ['plan', 'columns', 'engine', 'log'],
  oracle: ['plan'],
  history: ['plan', 'columns', 'log'],
  api: ['plan'],
  connectors: ['plan', 'api'],
  server: ['plan', 'columns', 'formats', 'engine', 'log', 'jobs', 'history', 'api', 'connectors'],
  cli: ['plan', 'columns', 'formats', 'sdk', 'engine', 'testing', 'log', 'jobs', 'api', 'server'],
}

/** Packages that must stay free of the machine they run on, and the modules of Node they may use all the same. */
const builtins: Readonly<Record<string, readonly string[]>> = {
  plan: ['node:crypto'],
  columns: [],
  formats: ['node:buffer', 'node:crypto', 'node:stream', 'node:zlib'],
  engine: [],
}

const packages = Object.keys(directions)
const isTest = (file: string): boolean => file.endsWith('.test.ts') || /^packages\/\w+\/test\//.test(file)
const packageOf = (file: string): string => file.split('/')[1] ?? ''
/** What a file may import by its path: what is of its package; tests also the servers that they need. */
const ownOf = (found: Import): boolean =>
  targetOf(found).startsWith(`packages/${packageOf(found.file)}/`) || (isTest(found.file) && targetOf(found) === 'scripts/systems/real-servers.ts')
const show = (found: Import): string => `${found.file} imports ${found.specifier}`

const all = importsOf('packages/*/src/**/*.ts', 'packages/*/test/**/*.ts')
const shipped = all.filter((found) => !isTest(found.file))

describe('architecture', () => {
  it('every package has its place in the table', () => {
    const found = new Set(sourcesOf('packages/*/package.json').map(packageOf))
    expect([...found].sort()).toEqual([...packages].sort())
  })

  it('packages import each other only in the directions of the table', () => {
    const wrong = shipped.filter((found) => {
      const target = /^@millrace\/([^/]+)/.exec(found.specifier)?.[1]
      return target !== undefined && !directions[packageOf(found.file)]?.includes(target)
    })
    expect(wrong.map(show)).toEqual([])
  })

  it('no package imports the inner files of another', () => {
    const outside = all.filter((found) => found.specifier.startsWith('.') && !ownOf(found))
    const inner = importsOf('packages/**/*.ts', 'examples/**/*.ts', 'cases/**/*.ts').filter((found) => !isExported(found.specifier))
    expect([...outside, ...inner].map(show)).toEqual([])
  })

  it('every dependency of the shipped code stands in its package.json', () => {
    const wrong = shipped.filter((found) => {
      if (found.specifier.startsWith('.') || isBuiltin(found.specifier)) return false
      return !dependenciesOf(packageOf(found.file)).has(nameOf(found.specifier))
    })
    expect(wrong.map(show)).toEqual([])
  })

  it('the pure packages use no module of Node but those named here', () => {
    const wrong = shipped.filter((found) => {
      const allowed = builtins[packageOf(found.file)]
      return isBuiltin(found.specifier) && allowed !== undefined && !allowed.includes(found.specifier)
    })
    expect(wrong.map(show)).toEqual([])
  })

  it('there is no import cycle between files', () => {
    const edges = new Map<string, string[]>()
    for (const found of all) {
      if (found.typeOnly || !found.specifier.startsWith('.')) continue
      edges.set(found.file, [...(edges.get(found.file) ?? []), targetOf(found)])
    }
    expect(cycleOf(edges)).toBeNull()
  })

  it('only a package index re-exports, and it names what it exports', () => {
    const entries = new Set(packages.flatMap(entriesOf))
    const wrong = sourcesOf('packages/*/src/**/*.ts').filter((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      return /^export\s+(?:type\s+)?\*/m.test(text) || (file.endsWith('/index.ts') && !entries.has(file))
    })
    expect(wrong).toEqual([])
  })
})

describe('the reader of imports', () => {
  it('finds every form', () => {
    const text =
      "import a from 'a'\nimport {\n  b,\n} from './b.ts'\nimport type { C } from 'c'\nexport { d } from 'd'\nimport 'e'\nconst f = await import('f')\n"
    expect(importsIn('x.ts', text).map((found) => [found.specifier, found.typeOnly])).toEqual([
      ['a', false],
      ['./b.ts', false],
      ['c', true],
      ['d', false],
      ['e', false],
      ['f', false],
    ])
  })

  it('finds a cycle', () => {
    expect(cycleOf(new Map(Object.entries({ a: ['b'], b: ['c'], c: ['b'] })))).toEqual(['b', 'c', 'b'])
    expect(cycleOf(new Map(Object.entries({ a: ['b', 'c'], b: ['c'], c: [] })))).toBeNull()
  })
})

interface Manifest {
  readonly exports?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
}

function manifestOf(name: string): Manifest {
  const path = join(root, 'packages', name, 'package.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : {}
}

function dependenciesOf(name: string): ReadonlySet<string> {
  return new Set(Object.keys(manifestOf(name).dependencies ?? {}))
}

function entriesOf(name: string): readonly string[] {
  return Object.values(manifestOf(name).exports ?? {}).map((path) => join('packages', name, path))
}

function isExported(specifier: string): boolean {
  const [, name, inner] = /^@millrace\/([^/]+)(\/.*)?$/.exec(specifier) ?? []
  return name === undefined || `.${inner ?? ''}` in (manifestOf(name).exports ?? {})
}

function nameOf(specifier: string): string {
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}
