import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plan } from '@millrace/plan'
import { describe, expect, it } from 'vitest'
import { type KeptCase, keptCases } from './snapshots-kept.ts'
import { type Entry, LogJob } from './snapshots-log.ts'

/** The format that this version writes; a new one begins fixtures of its own, with UPDATE=1. Those written are never changed. */
const version = 1
const folder = fileURLToPath(new URL('fixtures/snapshots', import.meta.url))

/** Beside `<name>.bin`, a snapshot, and `<name>-0.bin` and `<name>-1.bin`, those of two jobs that ran the plan together for a while. */
interface Kept {
  readonly plan: Plan
  /** What came after the snapshot, and what it led to. */
  readonly rest: readonly Entry[]
  readonly expected: readonly string[]
}

function writeFixture(name: string, { plan, log, cut }: KeptCase): void {
  const file = join(folder, `v${version}-${name}`)
  if (existsSync(`${file}.json`)) return
  mkdirSync(folder, { recursive: true })
  const job = new LogJob(plan).push(log.slice(0, cut))
  const snapshot = job.job.snapshot()
  writeFileSync(`${file}.bin`, snapshot)
  const half = Math.floor(cut / 2)
  const early = new LogJob(plan).push(log.slice(0, half)).job.snapshot()
  for (const index of [0, 1]) {
    const part = new LogJob(plan, { snapshot: early, part: { index, of: 2 } }).push(log.slice(half, cut))
    writeFileSync(`${file}-${index}.bin`, part.job.snapshot())
  }
  const told = job.told.length
  const rest = log.slice(cut)
  const kept: Kept = { plan, rest, expected: job.push(rest).told.slice(told) }
  writeFileSync(`${file}.json`, textOf(kept))
}

/** JSON, an entry and a row a line. */
function textOf({ plan, rest, expected }: Kept): string {
  const lines = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(',\n')
  return `{"plan":${JSON.stringify(plan)},\n"rest":[\n${lines(rest)}\n],\n"expected":[\n${lines(expected)}\n]}\n`
}

if (process.env['UPDATE'] === '1') for (const [name, of] of Object.entries(keptCases)) writeFixture(name, of)

const names = globSync('*.json', { cwd: folder }).map((file) => basename(file, '.json'))

describe('snapshots that this and earlier versions wrote', () => {
  it('are kept', () => {
    expect(names.length).toBeGreaterThanOrEqual(Object.keys(keptCases).length)
    for (const name of Object.keys(keptCases)) expect(names).toContain(`v${version}-${name}`)
  })

  describe.each(names)('%s', (name) => {
    const bytes = (suffix = ''): Uint8Array => readFileSync(join(folder, `${name}${suffix}.bin`))
    const { plan, rest, expected } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Kept

    it('goes on as its job did', () => {
      expect(new LogJob(plan, { snapshot: bytes() }).push(rest).told).toEqual(expected)
    })

    it('goes on from its parts as its job did', () => {
      expect(new LogJob(plan, { snapshot: [bytes('-0'), bytes('-1')] }).push(rest).told).toEqual(expected)
    })

    it('is written again byte for byte while the format is the same', () => {
      if (name.startsWith(`v${version}-`)) expect(Buffer.compare(new LogJob(plan, { snapshot: bytes() }).job.snapshot(), bytes())).toBe(0)
    })
  })
})
