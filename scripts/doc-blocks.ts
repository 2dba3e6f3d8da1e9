import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './imports.ts'

/** A TypeScript block of a page. */
export interface DocBlock {
  readonly page: string
  /** Line of the page on which its code begins, from 1. */
  readonly line: number
  readonly code: string
  /** Where it is written to be compiled and run, from the folder of all blocks. */
  readonly file: string
}

/** Inside the repository, so that packages are found by name, but not in node_modules, where Node strips no types. */
export const blockFolder = join(root, '.cache', 'docs')

export function pages(): readonly string[] {
  return globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md', 'examples/*/*.md'], { cwd: root }).sort()
}

export function readPage(page: string): string {
  return readFileSync(join(root, page), 'utf8')
}

/** Every block fenced as `ts`. A first line `// name.ts` names it for the other blocks of its page. */
export function blocksOf(page: string, text: string): readonly DocBlock[] {
  const lines = text.split('\n')
  const blocks: DocBlock[] = []
  for (let open = 0; open < lines.length; open++) {
    if (!/^```ts\b/.test(lines[open] ?? '')) continue
    const close = lines.findIndex((line, index) => index > open && line.startsWith('```'))
    const code = lines.slice(open + 1, close).join('\n')
    const name = /^\/\/ ([\w-]+\.ts)\n/.exec(code)?.[1] ?? `line-${open + 2}.ts`
    blocks.push({ page, line: open + 2, code, file: join(page.replaceAll('/', '-').replace(/\.md$/, ''), name) })
    open = close
  }
  return blocks
}

/** Writes the blocks to their folder, padded so that a message's line is the page's line. */
export function writeBlocks(blocks: readonly DocBlock[]): void {
  rmSync(blockFolder, { recursive: true, force: true })
  for (const block of blocks) {
    const path = join(blockFolder, block.file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${'\n'.repeat(block.line - 1)}${block.code}\nexport {}\n`)
  }
  const config = {
    extends: '../../tsconfig.json',
    include: ['**/*.ts'],
    exclude: [],
    compilerOptions: { incremental: false, tsBuildInfoFile: null, noEmit: true },
  }
  writeFileSync(join(blockFolder, 'tsconfig.json'), JSON.stringify(config))
}
