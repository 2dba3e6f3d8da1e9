import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../../..')
const cache = join(root, 'node_modules/.cache')
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(join(cache, 'sdk-compile-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What tsc says of files, under the options of this repository. */
async function compile(include: readonly string[], ...options: readonly string[]): Promise<string> {
  const config = join(folder, `tsconfig-${include.length}-${options.length}.json`)
  const compilerOptions = { incremental: false, tsBuildInfoFile: null, typeRoots: [join(root, 'node_modules/@types')] }
  writeFileSync(config, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, files: include, include: [] }))
  return new Promise((resolve) => {
    execFile(join(root, 'node_modules/.bin/tsc'), ['-p', config, '--pretty', 'false', ...options], { maxBuffer: 1 << 26 }, (_, stdout) => resolve(stdout))
  })
}

describe('compile errors', () => {
  it('stand at the wrong use and name what would be right', async () => {
    const file = join(here, 'fixtures/wrong/wrong.ts')
    const output = await compile([file])
    const messages = messagesByLine(output)
    const lines = readFileSync(file, 'utf8').split('\n')
    const wrong = lines.flatMap((line, at) => (/ \/\/ /.test(line) ? [at + 1] : []))
    expect([...messages.keys()].sort((a, b) => a - b)).toEqual(wrong)
    for (const line of wrong) expectMessage(messages.get(line) ?? '', lines[line - 1] as string)
  })
})

/** The comment of a wrong line holds what the message must say: parts of it, or one of several. */
function expectMessage(message: string, line: string): void {
  const says = line.slice(line.indexOf(' // ') + 4).split(/ \| (?!")/)
  const found = says.some((one) => one.split(' ... ').every((part) => message.includes(part)))
  expect(found, `${line.trim()}\n${message}`).toBe(true)
}

function messagesByLine(output: string): Map<number, string> {
  const messages = new Map<number, string>()
  let line = 0
  for (const text of output.split('\n')) {
    line = Number(/wrong\.ts\((\d+),/.exec(text)?.[1] ?? line)
    if (text !== '') messages.set(line, `${messages.get(line) ?? ''}${text}\n`)
  }
  return messages
}

describe('200 apps', () => {
  it('compile', async () => {
    const source = readFileSync(join(here, 'apps/bts.ts'), 'utf8')
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    const files = Array.from({ length: 200 }, (_, at) => {
      const file = join(folder, `app-${at}.ts`)
      writeFileSync(file, source.replaceAll('failures', `failures${at}`).replaceAll('datapoint_id', `datapoint${at}`))
      return file
    })
    const output = await compile(files, '--extendedDiagnostics')
    expect(output).not.toContain('error TS')
    expect(Number(/^Files:\s+(\d+)/m.exec(output)?.[1])).toBeGreaterThan(200)
    if (process.env.SHOW_TIMES) console.log(output)
  })
})
