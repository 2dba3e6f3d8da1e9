import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type LogEvent, openLog } from '@millrace/log'
import { Random } from '@millrace/log/testing'
import { joinPayloads } from '../power-loss/payload.ts'
import { smallJournals } from './append-of.ts'
import { Ledger } from './ledger.ts'

export interface KillRun {
  kills: number
  acknowledged: number
  rows: number
}

/** Lives that a folder sees before the next one is begun. */
const livesOfFolder = 8

/** Kills a process that appends, at random instants, so many times; after each the log is held against what was acknowledged. */
export async function runKills(kills: number, seed: number): Promise<KillRun> {
  const random = new Random(seed)
  const run: KillRun = { kills: 0, acknowledged: 0, rows: 0 }
  while (run.kills < kills) {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-kill-'))
    try {
      await killIn(directory, Math.min(livesOfFolder, kills - run.kills), random, run)
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }
  return run
}

async function killIn(directory: string, kills: number, random: Random, run: KillRun): Promise<void> {
  const ledger = new Ledger()
  for (let life = 0; life < kills; life++) {
    await killOnce(join(directory, 'log'), ledger, random)
    run.kills++
    const events: LogEvent[] = []
    const log = await openLog({ directory: join(directory, 'log'), join: joinPayloads, ...smallJournals, report: (event) => events.push(event) })
    run.rows += await ledger.check(log, events)
    await log.close()
  }
  run.acknowledged += ledger.acknowledged
}

/** One life: until so many acknowledgements were read (none: while it opens), and some random instant more. */
function killOnce(directory: string, ledger: Ledger, random: Random): Promise<void> {
  const durability = random.chance(0.8) ? 'fsync' : 'os'
  const child = spawn(process.execPath, [fileURLToPath(new URL('./child.ts', import.meta.url)), directory, durability, JSON.stringify(ledger.starts())], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const killAfter = random.chance(0.1) ? 0 : random.below(600)
  const kill = (): NodeJS.Timeout => setTimeout(() => child.kill('SIGKILL'), random.next() * (killAfter === 0 ? 250 : 5))
  if (killAfter === 0) kill()
  let lines = 0
  return new Promise((resolve, reject) => {
    let broken: unknown = null
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (++lines === killAfter) kill()
      try {
        if (line.endsWith('}')) ledger.tell(line)
      } catch (error) {
        broken = error
      }
    })
    child.on('close', (code) => {
      if (broken !== null || code !== null) reject(broken ?? new Error(`The process ended by itself, with ${code}`))
      else resolve()
    })
  })
}
