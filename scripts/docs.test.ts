import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { pagesWithFigures } from '../bench/table.ts'
import { blockFolder, blocksOf, pages, readPage, writeBlocks } from './doc-blocks.ts'
import { root } from './imports.ts'

const blocks = pages().flatMap((page) => blocksOf(page, readPage(page)))

describe('the TypeScript blocks of README and docs', () => {
  beforeAll(() => writeBlocks(blocks))

  it('compile', () => {
    const tsc = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', blockFolder, '--pretty', 'false'], { encoding: 'utf8' })
    expect(tsc.stdout).toBe('')
  })

  it('run', () => {
    const run = spawnSync(process.execPath, [join(import.meta.dirname, 'run-blocks.ts'), ...blocks.map((block) => join(blockFolder, block.file))], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(run.stderr).toBe('')
    expect(run.status, run.stdout).toBe(0)
  })
})

describe('the pages', () => {
  it('link only to files that are there', () => {
    const broken = pages().flatMap((page) =>
      linksOf(page)
        .filter((link) => !existsSync(join(root, dirname(page), link)))
        .map((link) => `${page}: ${link}`),
    )
    expect(broken).toEqual([])
  })

  it('name only files that are there', () => {
    const gone = pages().flatMap((page) =>
      pathsIn(readPage(page))
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `${page}: ${path}`),
    )
    expect(gone).toEqual([])
  })

  it('show the figures that were measured last (node bench/table.ts writes them)', () => {
    for (const [page, text] of pagesWithFigures()) expect(readPage(page)).toBe(text)
  })

  it('name every dependency, with its reason', () => {
    const text = readPage('docs/dependencies.md')
    const missing = dependencies().filter((name) => !text.includes(`\`${name}\``))
    expect(missing).toEqual([])
  })
})

function linksOf(page: string): readonly string[] {
  const links = [...readPage(page).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)]
  return links.map((match) => match[1] ?? '')
}

/** Paths in code spans: `packages/engine/src/job.ts`. */
function pathsIn(text: string): readonly string[] {
  return [...text.matchAll(/`((?:packages|examples|scripts|docs|bench|cases)\/[\w./-]+)`/g)].map((match) => match[1] ?? '')
}

interface Manifest {
  readonly dependencies?: object
  readonly devDependencies?: object
  readonly optionalDependencies?: object
}

function dependencies(): readonly string[] {
  const manifests = [
    'package.json',
    ...['plan', 'columns', 'formats', 'sdk', 'engine', 'testing', 'oracle', 'cli'].map((name) => `packages/${name}/package.json`),
  ]
  const names = manifests.flatMap((path) => {
    const manifest = JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest
    return [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap((group) => Object.keys(group ?? {}))
  })
  return [...new Set(names)].filter((name) => !name.startsWith('@millrace/')).sort()
}
