import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Mutation, mutations, placesOf } from './mutation-list.ts'

/**
 * `node scripts/mutations.ts [NAME]`: plants one bug after the other into a copy of the engine and runs the proof
 * suite against it. Prints which were caught and by what; exits with 1 where one was not.
 */
const root = join(import.meta.dirname, '..')
/** The engine as it was when this began: nobody's edits meanwhile count. */
const sound = mkdtempSync(join(tmpdir(), 'millrace-sound-'))
/** The suite shows a sign of life for every plan: after this long without one, a plan does not end. */
const silenceMs = 60_000

interface Outcome {
  readonly caught: boolean
  readonly by: string
}

async function main(wanted = ''): Promise<void> {
  cpSync(join(root, 'packages/engine/src'), sound, { recursive: true })
  for (const mutation of mutations)
    if (placesOf(sound, mutation).length === 0) throw new Error(`${mutation.name}: the engine does not have the text to replace`)
  const baseline = await runSuite(null)
  if (baseline.caught) throw new Error(`the suite must pass on the engine as it is: ${baseline.by}`)
  let caught = 0
  const chosen = mutations.filter(({ name }) => name.includes(wanted))
  for (const mutation of chosen) {
    const outcome = await runSuite(mutation)
    if (outcome.caught) caught++
    console.log(`${outcome.caught ? 'caught' : 'MISSED'}  ${mutation.name}: ${outcome.by}`)
  }
  console.log(`caught ${caught}/${chosen.length}`)
  if (caught < chosen.length) process.exitCode = 1
}

/** Runs the suite in a process of its own, over a copy of the engine with one bug, or with none. */
async function runSuite(mutation: Mutation | null): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-mutation-'))
  try {
    const engine = join(folder, 'engine')
    mkdirSync(engine)
    cpSync(sound, join(engine, 'src'), { recursive: true })
    writeFileSync(join(engine, 'package.json'), '{ "type": "module" }')
    // Sources below node_modules are not run by type stripping; through the link they find the other packages.
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    if (mutation !== null) plant(join(engine, 'src'), mutation)
    return await runChild(join(engine, 'src/index.ts'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function plant(sources: string, mutation: Mutation): void {
  for (const file of placesOf(sources, mutation))
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replaceAll(mutation.find, () => mutation.replace),
    )
}

function runChild(engine: string): Promise<Outcome> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'mutation-suite.ts'), engine], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let hangs = false
  const giveUp = (): void => {
    hangs = true
    child.kill('SIGKILL')
  }
  let timer = setTimeout(giveUp, silenceMs)
  const take = (chunk: Buffer): void => {
    output += chunk.toString()
    clearTimeout(timer)
    timer = setTimeout(giveUp, silenceMs)
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve(hangs ? { caught: true, by: 'it does not end' } : { caught: code !== 0, by: output.replace(/^\.+/, '').trim().split('\n')[0] ?? '' })
    })
  })
}

try {
  await main(process.argv[2])
} finally {
  rmSync(sound, { recursive: true, force: true })
}
