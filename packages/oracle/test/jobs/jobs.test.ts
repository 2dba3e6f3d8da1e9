import { describe, expect, it } from 'vitest'
import { faultThroughLog, sharedFaultThroughLog, type Way } from './run-case.ts'

const firstSeed = Number(process.env['MILLRACE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const runs = Number(process.env['MILLRACE_RUNS'] ?? 8)

const ways: Readonly<Record<string, Way>> = {
  'after orderly ends': { workers: 0 },
  'after losses of the process': { workers: 0, ends: 'process' },
  'after losses of power': { workers: 0, ends: 'power' },
  'in two parts, after losses of the process': { workers: 0, parts: 2, ends: 'process' },
  'in parts that change their number': { workers: 0, parts: 'changing', ends: 'orderly' },
  'in parts that change their number, after losses of the process': { workers: 0, parts: 'changing', ends: 'process' },
}

describe(`results in a log are the oracle's over that log (seeds from ${firstSeed})`, () => {
  it.each(Object.entries(ways))('%s', async (_, way) => {
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) expect({ seed, fault: await faultThroughLog(seed, way) }).toEqual({ seed, fault: null })
  })

  it.each(Object.entries(ways).filter(([, { parts }]) => parts === undefined))('of jobs that share their work, %s', async (_, way) => {
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) expect({ seed, fault: await sharedFaultThroughLog(seed, way) }).toEqual({ seed, fault: null })
  })
})
