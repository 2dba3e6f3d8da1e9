import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** One import or re-export as it stands in a source file. */
export interface Import {
  /** Path of the importing file, from the repository's root. */
  readonly file: string
  /** As written: `./batch.ts`, `@millrace/plan`, `node:fs`. */
  readonly specifier: string
  /** `import type` and `export type`: gone when the file runs. */
  readonly typeOnly: boolean
}

export const root = join(import.meta.dirname, '..')

const statement = /^(?:import|export)\s+(?:(type)\s+(?=[\w{*]))?(?:[\w*{}\s,$]+?\s*from\s*)?['"]([^'"\n]+)['"]/gm
const dynamic = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g

/** Every import of the TypeScript files that the patterns name; code in fixtures is data and left out. */
export function importsOf(...patterns: readonly string[]): readonly Import[] {
  return sourcesOf(...patterns).flatMap((file) => importsIn(file, readFileSync(join(root, file), 'utf8')))
}

export function sourcesOf(...patterns: readonly string[]): readonly string[] {
  return globSync([...patterns], { cwd: root })
    .filter((file) => !/(^|\/)(node_modules|dist|fixtures)\//.test(file))
    .sort()
}

export function importsIn(file: string, text: string): readonly Import[] {
  const statements = [...text.matchAll(statement)].map((match) => ({ file, specifier: match[2] ?? '', typeOnly: match[1] === 'type' }))
  const calls = [...text.matchAll(dynamic)].map((match) => ({ file, specifier: match[1] ?? '', typeOnly: false }))
  return [...statements, ...calls]
}

/** The file that a relative import names, from the repository's root. */
export function targetOf(imported: Import): string {
  return relative(root, join(root, dirname(imported.file), imported.specifier))
}

/** The files of one import cycle in order, the first again at the end; null where there is none. */
export function cycleOf(edges: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string): readonly string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return null
    path.push(file)
    for (const target of edges.get(file) ?? []) {
      const cycle = visit(target)
      if (cycle) return cycle
    }
    path.pop()
    done.add(file)
    return null
  }
  for (const file of edges.keys()) {
    const cycle = visit(file)
    if (cycle) return cycle
  }
  return null
}
