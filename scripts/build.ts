import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Makes packages/X/dist for every public package: JavaScript, declarations, manifest, README and licence, ready to publish. */

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const work = join(root, 'node_modules', '.cache', 'build')

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}

/** Folders under packages/ of what is published. */
export function publicPackages(): readonly string[] {
  const folders = readdirSync(join(root, 'packages')).filter((folder) => existsSync(join(root, 'packages', folder, 'package.json')))
  return folders.filter((folder) => manifestOf(folder).private !== true)
}

export function distOf(folder: string): string {
  return join(root, 'packages', folder, 'dist')
}

export function build(): void {
  rmSync(work, { recursive: true, force: true })
  compile()
  for (const folder of publicPackages()) assemble(folder)
}

/** One run of the compiler over all packages: types are stripped, `.ts` in relative imports becomes `.js`. */
function compile(): void {
  const out = join(work, 'out')
  const packages = publicPackages().map((folder) => join(relative(work, root), 'packages', folder, 'src'))
  const config = {
    extends: join(relative(work, root), 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      incremental: false,
      tsBuildInfoFile: null,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      rootDir: join(relative(work, root), 'packages'),
      outDir: out,
    },
    include: packages,
    exclude: ['**/*.test.ts', '**/*.test-d.ts', '**/fixtures'].map((glob) => join(relative(work, root), 'packages', glob)),
  }
  mkdirSync(work, { recursive: true })
  writeFileSync(join(work, 'tsconfig.json'), JSON.stringify(config))
  run('tsc', ['-p', join(work, 'tsconfig.json')])
}

function assemble(folder: string): void {
  const from = join(root, 'packages', folder)
  const dist = distOf(folder)
  rmSync(dist, { recursive: true, force: true })
  cpSync(join(work, 'out', folder, 'src'), dist, { recursive: true })
  for (const file of declarations(dist))
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(from |import\()(['"])(\.{1,2}\/[^'"]*)\.ts\2/g, '$1$2$3.js$2'))
  if (existsSync(join(from, 'bin'))) copyBin(join(from, 'bin'), join(dist, 'bin'))
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(publishedManifest(manifestOf(folder)), null, 2)}\n`)
  cpSync(join(root, 'LICENSE'), join(dist, 'LICENSE'))
  if (existsSync(join(from, 'README.md'))) cpSync(join(from, 'README.md'), join(dist, 'README.md'))
}

/** Commands start what was built, which lies beside their folder. */
function copyBin(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const file of readdirSync(from)) {
    writeFileSync(join(to, file), readFileSync(join(from, file), 'utf8').replace(/\.\.\/src\/([\w-]+)\.ts/g, '../$1.js'))
    chmodSync(join(to, file), 0o755)
  }
}

function publishedManifest(manifest: Manifest): object {
  const exports = Object.entries(manifest.exports).map(([name, source]) => {
    const built = source.replace('./src/', './').replace(/\.ts$/, '')
    return [name, { types: `${built}.d.ts`, default: `${built}.js` }]
  })
  return { ...manifest, exports: Object.fromEntries(exports) }
}

function declarations(dist: string): readonly string[] {
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.d.ts'))
    .map((file) => join(dist, file))
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
}

function run(command: string, args: readonly string[]): void {
  const bin = join(root, 'node_modules', '.bin', command)
  const { status, error } = spawnSync(process.execPath, [bin, ...args], { cwd: root, stdio: 'inherit' })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ended with ${status}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build()
