import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { joinBatches } from '@millrace/columns'
import { type Log, openLog } from '@millrace/log'
import type { LogEntry } from '../../../src/log.ts'
import { runOracle } from '../../../src/run.ts'
import { Draw } from '../../random/draw.ts'
import { faultInResults } from '../fault-in-results.ts'
import { entriesIn, resultsIn } from '../read-log.ts'
import { job, type KillCase, killCaseOf, tenant } from './kill-case.ts'
import { type Totals, totalsFault } from './totals.ts'

export interface KillFigures {
  kills: number
  cases: number
  records: number
  results: number
}

/** Of a case; the oracle's time grows with their square. */
const allRecords = 5000
/** A case whose last life was let go on to its end needs no more. */
const killsOfCase = 8

/** Kills processes that append and run a job, at random instants, so many times; answers what was wrong with what they left, null: nothing. */
export async function killRuns(kills: number, firstSeed: number, figures: KillFigures, records = allRecords): Promise<string | null> {
  for (let seed = firstSeed; figures.kills < kills; seed++) {
    const directory = mkdtempSync(join(tmpdir(), 'millrace-job-kill-'))
    try {
      const fault = await killCase(directory, seed, records, Math.min(killsOfCase, kills - figures.kills), figures)
      if (fault !== null) return `seed ${seed}: ${fault}`
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  }
  return null
}

async function killCase(directory: string, seed: number, records: number, kills: number, figures: KillFigures): Promise<string | null> {
  const draw = new Draw(seed)
  let acknowledged = 0
  let totals: Totals | null = null
  for (let life = 1; totals === null; life++) {
    const left = life > kills ? null : draw.chance(0.3) ? draw.whole(0, 400) : draw.whole(400, 2000)
    const end = await oneLife([directory, String(seed), String(records), String(acknowledged), String(life)], acknowledged, left)
    if (end.broken) return `a life ended by itself: ${end.text}`
    acknowledged = end.acknowledged
    totals = end.totals
    if (totals === null) figures.kills++
  }
  figures.cases++
  const log = await openLog({ directory: join(directory, 'log'), clock: () => -8.64e15, join: joinBatches })
  try {
    return await faultIn(log, killCaseOf(seed, records), totals, figures)
  } finally {
    await log.close()
  }
}

/** Nothing acknowledged is missing, nothing is doubled, and results and totals are the oracle's over the very log that was left (semantics O4). */
async function faultIn(log: Log, { plan, params, log: sent, appends }: KillCase, totals: Totals, figures: KillFigures): Promise<string | null> {
  const entries = await entriesIn(log, tenant, plan)
  const found = entries.map((entry) => JSON.stringify({ ...entry, sequence: 0 }))
  const expected = sent.map((entry) => JSON.stringify({ ...entry, sequence: 0 }))
  const at = expected.findIndex((text, i) => text !== found[i])
  if (at >= 0 || found.length !== expected.length)
    return `entry ${at} of ${expected.length} (${found.length} found):\n  log  ${found[at]}\n  sent ${expected[at]}`
  const letters = await lettersIn(log)
  const sentLetters = appends.flatMap((_, index) => (index % 3 === 0 ? [`letter of ${index}`] : []))
  const counted = log.stream(tenant, 'left/dead')?.rows ?? 0
  if (letters.join() !== sentLetters.join() || counted !== letters.length) return `dead letters: ${letters.length} of ${sentLetters.length}, counted ${counted}`
  const results = await resultsIn(log, tenant, job, plan)
  figures.records += entries.length
  figures.results += Object.values(results.outputs).reduce((sum, rows) => sum + rows.length, 0)
  const oracle = runOracle(plan, entries, { params })
  return faultInResults(results, oracle) ?? totalsFault(log, totals, takenOf(entries), oracle)
}

/** Records by stream. */
function takenOf(entries: readonly LogEntry[]): Record<string, number> {
  const taken: Record<string, number> = {}
  for (const entry of entries) if (entry.kind === 'record') taken[entry.stream] = (taken[entry.stream] ?? 0) + 1
  return taken
}

async function lettersIn(log: Log): Promise<string[]> {
  const reader = log.reader({ tenant, streams: ['left/dead'] })
  const letters: string[] = []
  for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read())
    letters.push(...pieces.map(({ chunk }) => Buffer.from(chunk.payload).toString()))
  reader.close()
  return letters
}

interface End {
  /** What the job counted, once everything was done; null: it was not. */
  readonly totals: Totals | null
  readonly broken: boolean
  readonly acknowledged: number
  readonly text: string
}

/** Lets a process live that long, ms; null: to its end. */
function oneLife(args: readonly string[], before: number, leftMs: number | null): Promise<End> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./child.ts', import.meta.url)), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let acknowledged = before
  let done = false
  let totals: Totals | null = null
  let text = ''
  createInterface(child.stdout).on('line', (line) => {
    if (line === 'done') done = true
    else if (line.startsWith('totals ')) totals = JSON.parse(line.slice(7)) as Totals
    else if (/^\d+$/.test(line)) acknowledged = Math.max(acknowledged, Number(line))
  })
  child.stderr.on('data', (bytes: Buffer) => {
    text += bytes.toString()
  })
  const timer = leftMs === null ? null : setTimeout(() => child.kill('SIGKILL'), leftMs)
  return new Promise((resolve) => {
    child.on('close', (_, signal) => {
      if (timer !== null) clearTimeout(timer)
      resolve({ totals: done ? totals : null, broken: !done && signal !== 'SIGKILL', acknowledged, text })
    })
  })
}
