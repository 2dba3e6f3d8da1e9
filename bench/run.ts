import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { benchmarks } from './benchmarks.ts'
import type { Benchmark, Figure } from './measure.ts'
import { figuresTables, pagesWithFigures } from './table.ts'

/** `npm run bench [-- NAME] [--quick]`: runs those whose name holds NAME; --quick writes no figures. */
const results = join(import.meta.dirname, 'results.json')
const args = process.argv.slice(2)
const quick = args.includes('--quick')
const wanted = args.find((arg) => arg !== '--quick')?.toLowerCase() ?? ''
const chosen = benchmarks.filter((each) => each.name.toLowerCase().includes(wanted))
if (chosen.length === 0) {
  console.error(`no benchmark holds "${wanted}" in its name; there are:\n${benchmarks.map((each) => `  ${each.name}`).join('\n')}`)
  process.exit(2)
}

const measured: Figure[] = []
for (const benchmark of chosen) {
  process.stderr.write(`${benchmark.name} ...\n`)
  const figures = inChild(benchmark)
  if (figures === null) process.exitCode = 1
  else measured.push(...figures)
}
console.log(`\n${figuresTables(measured)}`)
if (!quick) {
  writeFileSync(results, `${JSON.stringify(merged(measured), null, 2)}\n`)
  for (const [page, text] of pagesWithFigures()) writeFileSync(join(import.meta.dirname, '..', page), text)
}

/** Null where it failed: its output tells why. */
function inChild({ name }: Benchmark): readonly Figure[] | null {
  const child = spawnSync(process.execPath, ['--expose-gc', join(import.meta.dirname, 'child.ts'), name, ...(quick ? ['--quick'] : [])], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return child.status === 0 ? (JSON.parse(child.stdout) as readonly Figure[]) : null
}

/** The figures of before with those measured now in their places; new ones come last, after a whole run all are in order. */
function merged(now: readonly Figure[]): readonly Figure[] {
  if (wanted === '' || !existsSync(results)) return now
  const before = JSON.parse(readFileSync(results, 'utf8')) as readonly Figure[]
  const names = new Set(before.map((figure) => figure.name))
  return [...before.map((figure) => now.find(({ name }) => name === figure.name) ?? figure), ...now.filter(({ name }) => !names.has(name))]
}
