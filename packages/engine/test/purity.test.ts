import { spawnSync } from 'node:child_process'
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const folder = mkdtempSync(join(tmpdir(), 'millrace-lint-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Source texts by the file of another tree that holds them, under the repository's lint rules; answers what the linter says, by file. */
function lint(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'))
  for (const [file, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `${text}\n`)
  }
  const biome = join(root, 'node_modules/.bin/biome')
  const { stdout } = spawnSync(biome, ['lint', '--vcs-enabled=false', '--reporter=github', '--max-diagnostics=none', '.'], { cwd: folder, encoding: 'utf8' })
  return Object.fromEntries(
    Object.keys(texts).map((file) => [
      file,
      stdout
        .split('\n')
        .filter((line) => line.includes(`${file},line=`))
        .join('\n'),
    ]),
  )
}

describe('the engine has no clock, files, sockets or randomness', () => {
  it('the linter refuses each way to them, here and not elsewhere', () => {
    const ways = [
      'export const at = Date.now()',
      'export const at = new Date()',
      'export const at = performance.now()',
      'export const home = process.env',
      'export const id = crypto.randomUUID()',
      "export const page = fetch('http://localhost')",
      'setTimeout(() => {}, 1)',
      'setInterval(() => {}, 1)',
      "export { readFileSync } from 'node:fs'",
      "import { connect } from 'node:net'\nexport const it = connect",
      "import * as files from 'fs'\nexport const it = files",
      "import * as http from 'http'\nexport const it = http",
    ]
    const here = ways.map((text, at) => [`packages/engine/src/deep/way-${at}.ts`, text] as const)
    const elsewhere = ways.map((text, at) => [`packages/cli/src/way-${at}.ts`, text] as const)
    const said = lint(Object.fromEntries([...here, ...elsewhere]))
    for (const [file, text] of here) expect(said[file], text).toMatch(/noRestricted(Globals|Imports)/)
    for (const [file, text] of elsewhere) expect(said[file], text).not.toContain('noRestricted')
  })

  it('no source goes around the linter', () => {
    const sources = globSync('packages/engine/src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'))
    expect(sources.length).toBeGreaterThan(30)
    const wrong = sources.filter((file) => /Math\.random|globalThis|biome-ignore|import\(|require\(|\beval\(/.test(readFileSync(join(root, file), 'utf8')))
    expect(wrong).toEqual([])
  })
})
