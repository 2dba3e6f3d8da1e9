import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CaseLength, KillCase } from './kill-case.ts'
import { ServerProcess } from './server-process.ts'

export interface ServerKillFigures {
  kills: number
  cases: number
  /** Bodies and messages that were acknowledged. */
  acknowledged: number
  /** Records and other entries of the log that the oracle took, results that were compared. */
  records: number
  results: number
  /** Rows of streams and outputs that were found in the history. */
  kept: number
  /** Rows that followers saw, each once; rows of webhooks that came again. */
  followed: number
  hooked: number
  hookedAgain: number
  /** From the start of the process until it is ready, and until every app has taken all that is there. */
  readonly readyMs: number[]
  readonly caughtUpMs: number[]
}

export function noFigures(): ServerKillFigures {
  return { kills: 0, cases: 0, acknowledged: 0, records: 0, results: 0, kept: 0, followed: 0, hooked: 0, hookedAgain: 0, readyMs: [], caughtUpMs: [] }
}

const killsOfCase = 8

/** Servers under load, killed at random instants, so many times in all; answers what was wrong with what they left, null: nothing. */
export async function killServers(kills: number, firstSeed: number, figures: ServerKillFigures, length: CaseLength = 'long'): Promise<string | null> {
  for (let seed = firstSeed; figures.kills < kills; seed++) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-server-kill-'))
    const server = await ServerProcess.in(folder)
    const case_ = new KillCase(server, seed, figures, length)
    try {
      const fault = await case_.run(Math.min(killsOfCase, kills - figures.kills))
      if (fault !== null) return `seed ${seed}: ${fault}`
    } finally {
      await case_.end()
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return null
}
