import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { generate } from '@millrace/cli/generate'
import { Place } from './kept-run.ts'
import { readingsOf, twoStreams } from './two-streams.ts'

const command = join(import.meta.dirname, '..', '..', 'bin', 'millrace.js')
const example = join(import.meta.dirname, '..', '..', '..', '..', 'examples', 'bts-alarms', 'equipment-failures.ts')

/** How a run under kills went. */
export interface Killed {
  /** Runs that were still under way when they were killed. */
  readonly killed: number
  /** What differs from the results of a run that was left alone; null: nothing does. */
  readonly fault: string | null
}

/**
 * Starts the real command again and again and kills it (SIGKILL) at random instants, with another number of workers each time;
 * then lets it come to its end. The results must be those of one run without a folder.
 */
export async function runUnderKills(seed: number, kills: number, rows = 100_000): Promise<Killed> {
  const place = new Place()
  try {
    const args = seed % 2 === 0 ? oneStream(place, seed, rows) : severalStreams(place, seed, rows / 20)
    await place.run(args, 'plain')
    let killed = 0
    for (let kill = 0; kill < kills; kill++) {
      const child = start(place, [...args, '--workers', String(1 + ((seed + kill) % 2))])
      killed += Number(await killAt(child, randomIn(seed * 1_000 + kill) * 1_500))
    }
    const { code, err } = await place.run(args, 'kept', 'state')
    if (code !== 0) return { killed, fault: `the last run ended with ${code}: ${err}` }
    return { killed, fault: differenceOf(place.files('plain'), place.files('kept')) }
  } finally {
    place.remove()
  }
}

function oneStream(place: Place, seed: number, rows: number): readonly string[] {
  const file = place.file('alarms.csv', [...generate('bts', { rows, seed, errorsOneIn: 100 })].join(''))
  return [example, '-i', file]
}

function severalStreams(place: Place, seed: number, rows: number): readonly string[] {
  const files = ['left', 'right'].flatMap((stream, at) => ['-i', `${stream}=${place.file(`${stream}.csv`, readingsOf(seed + at, rows))}`])
  return [place.file('two.json', twoStreams), ...files]
}

function start(place: Place, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [command, 'run', ...args, '--out', place.path('kept'), '--state', place.path('state')], { stdio: 'ignore' })
}

/** Kills so long after the start; false where it was done by then. */
async function killAt(child: ChildProcess, ms: number): Promise<boolean> {
  const ended = once(child, 'exit')
  const done = await Promise.race([ended.then(() => true), setTimeout(ms, false)])
  child.kill('SIGKILL')
  await ended
  return !done
}

/** From 0 to 1, by a number. */
function randomIn(seed: number): number {
  const mixed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d)
  return ((mixed ^ (mixed >>> 12)) >>> 0) / 2 ** 32
}

function differenceOf(plain: Readonly<Record<string, string>>, kept: Readonly<Record<string, string>>): string | null {
  const file = Object.keys({ ...plain, ...kept }).find((name) => plain[name] !== kept[name])
  return file === undefined ? null : `${file} differs: ${kept[file]?.length} characters, not ${plain[file]?.length}`
}
