import { faultThroughLog, sharedFaultThroughLog, type Way } from '../../packages/oracle/test/jobs/run-case.ts'
import type { Proof } from './proof.ts'

const ways: Readonly<Record<string, Way>> = {
  'orderly ends': { workers: 0 },
  'losses of the process': { workers: 0, ends: 'process' },
  'losses of power': { workers: 0, ends: 'power' },
  'in two parts, losses of power': { workers: 0, parts: 2, ends: 'power' },
  'in parts that change their number': { workers: 0, parts: 'changing', ends: 'orderly' },
  'in parts that change their number, losses of power': { workers: 0, parts: 'changing', ends: 'power' },
}

/** Random plans over a log on a disk that ends at any operation. */
export const jobCases: Proof = {
  name: 'job-cases',
  title: 'jobs over a log that ends at any operation',
  count: 300,
  async run(count, firstSeed) {
    const failures: string[] = []
    const lines: [string, number][] = []
    for (const [name, way] of Object.entries(ways)) {
      for (let seed = firstSeed; seed < firstSeed + count; seed++) {
        const fault = await faultThroughLog(seed, way)
        if (fault !== null) failures.push(`seed ${seed}, ${name}: ${fault}`)
        const shared = way.parts === undefined ? await sharedFaultThroughLog(seed, way) : null
        if (shared !== null) failures.push(`seed ${seed}, shared, ${name}: ${shared}`)
      }
      lines.push([`cases with ${name}`, way.parts === undefined ? 2 * count : count])
    }
    return { lines: [...lines, ['failures', failures.length]], failures }
  },
}
