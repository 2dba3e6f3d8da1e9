import { describe, expect, it } from 'vitest'
import { faultThroughLog, type Way } from './run-case.ts'

const firstSeed = Number(process.env['MILLRACE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const runs = Number(process.env['MILLRACE_RUNS'] ?? 12)

const ways: Readonly<Record<string, Way>> = {
  'in the thread of the log': { workers: 0, restartEvery: 0 },
  'in a worker': { workers: 1, restartEvery: 0 },
  'with stops and starts': { workers: 0, restartEvery: 8 },
  'with crashes': { workers: 0, restartEvery: 4, crash: true },
}

describe(`results in a log are the oracle's over that log (seeds from ${firstSeed})`, () => {
  it.each(Object.entries(ways))('%s', async (_, way) => {
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) expect({ seed, fault: await faultThroughLog(seed, way) }).toEqual({ seed, fault: null })
  })
})
