import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { alarmFile } from '../alarm-files.ts'
import { openDuck } from '../duck.ts'
import { type Benchmark, figure } from '../measure.ts'
import { sameFile } from './file.ts'

const root = join(import.meta.dirname, '..', '..')

/** `millrace run` over the whole file: a cold process each time. */
export const commandBenchmark: Benchmark = {
  name: 'millrace run',
  async run({ rows, spanMs, runs, folder }) {
    const file = alarmFile(folder, { rows, spanMs })
    const { out } = millraceRun(file, folder)
    const duck = await openDuck()
    await sameFile(duck, join(out, 'statistics.ndjson'), file)
    duck.close()
    const all = Array.from({ length: runs }, () => millraceRun(file, folder))
    return [
      figure(
        'millrace run, CSV to tumbling 10 min to NDJSON file, without its start',
        'records/s',
        all.map((each) => rows / each.seconds),
        2.5e6,
      ),
      figure(
        'millrace run, CSV to tumbling 10 min to NDJSON file, whole command',
        'records/s',
        all.map((each) => rows / each.wholeSeconds),
      ),
      figure(
        'millrace run, peak memory of the process',
        'MB',
        all.map((each) => each.peakMemoryBytes / 1e6),
        250,
      ),
    ]
  },
}

export const startBenchmark: Benchmark = {
  name: 'start of millrace run, 100 rows',
  async run({ runs, folder }) {
    const file = alarmFile(folder, { rows: 100 })
    millraceRun(file, folder)
    const wholeMs = Array.from({ length: runs }, () => millraceRun(file, folder).wholeSeconds * 1000)
    return [figure('start of millrace run, 100 rows', 'ms', wholeMs, 400)]
  },
}

interface CommandRun {
  readonly out: string
  /** As the summary says: without start and end of the process. */
  readonly seconds: number
  readonly wholeSeconds: number
  readonly peakMemoryBytes: number
}

function millraceRun(file: string, folder: string): CommandRun {
  const out = join(folder, 'out')
  const summary = join(folder, 'summary.json')
  rmSync(out, { recursive: true, force: true })
  const args = ['run', join(root, 'bench/apps/tumbling.ts'), '--input', `alarms=${file}`, '--format', 'ndjson', '--out', out, '--summary', summary]
  const startedMs = performance.now()
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'packages/cli/bin/millrace.js'), ...args], { encoding: 'utf8' })
  const wholeSeconds = (performance.now() - startedMs) / 1000
  if (status !== 0) throw new Error(stderr)
  const { seconds, peakMemoryBytes } = JSON.parse(readFileSync(summary, 'utf8')) as Omit<CommandRun, 'out' | 'wholeSeconds'>
  return { out, seconds, wholeSeconds, peakMemoryBytes }
}
