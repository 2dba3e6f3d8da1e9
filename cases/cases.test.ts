import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeFiles } from '@millrace/log'
import { SimulatedDisk } from '@millrace/log/testing'
import { runOracle } from '@millrace/oracle'
import { type MillraceError, validate } from '@millrace/plan'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Feeding } from '../packages/oracle/test/engine/run-engine.ts'
import { difference } from '../packages/oracle/test/equality/difference.ts'
import { type Case, caseNames, readCase } from './suite/case.ts'
import { expectText } from './suite/golden-text.ts'
import { idOf } from './suite/result-id.ts'
import { deadLetterText, lateText, logText, outputText } from './suite/row-text.ts'
import { type CaseRun, countsText, runCase } from './suite/run-case.ts'
import { type LogWay, runThroughLog } from './suite/run-through-log.ts'

/** Ways to feed a log that must not show in the results. */
const feedings: Readonly<Record<string, Feeding>> = {
  'in batches of 1': { batchRows: 1, builders: 'fresh' },
  'in batches of 7': { batchRows: 7, builders: 'kept' },
  'in pieces of larger batches': { batchRows: 2, builders: 'fresh', padding: 3 },
  'with an output budget of 1': { batchRows: 4096, builders: 'kept', budgetRows: 1 },
  'with a snapshot and restore after every input': { batchRows: 1, builders: 'kept', restarts: true },
}

/** Ways through a log and a job; in this thread and in memory, for speed. */
const logWays: Readonly<Record<string, LogWay>> = {
  'through a log': { workers: 0, parts: 1 },
  'stopped and started in the middle of it': { workers: 0, parts: 1, partsAfterStop: 1 },
  'in two parts': { workers: 0, parts: 2 },
  'in four parts that become two': { workers: 0, parts: 4, partsAfterStop: 2 },
}

/** Cases that also go through files and threads. */
const onThreads = ['R1-totals-of-one-cause-are-told-apart', 'T6-the-smallest-watermark-of-several-streams']
const threadWays: Readonly<Record<string, LogWay>> = {
  'on two workers': { workers: 2, parts: 2 },
  'on four workers, of which one part is left': { workers: 4, parts: 4, partsAfterStop: 1 },
}

describe.each(caseNames())('%s', (name) => {
  let one: Case
  let straight: CaseRun

  beforeAll(async () => {
    one = await readCase(name)
    straight = runCase(one, { batchRows: 4096, builders: 'kept' })
  })

  it('gives what is expected', () => {
    const expected = (file: string): string => join(one.folder, 'expected', file)
    for (const [output, rows] of Object.entries(straight.outputs))
      expectText(outputText(one.plan, output, rows, straight.ids[output] ?? []), expected(`${output}.ndjson`))
    expectText(lateText(one.plan, straight.late), expected('late.ndjson'))
    expectText(deadLetterText(one.log.deadLetters), expected('dead-letters.ndjson'))
    expectText(countsText(one, straight), expected('counts.json'))
    if (!readdirSync(one.folder).includes('log.txt')) expectText(logText(one.log.entries), expected('log.ndjson'))
    if (one.refused !== null) expectText(refusal(one.refused), expected('refused.txt'))
  })

  it('the oracle agrees', () => {
    expect(validate(one.plan)).toEqual([])
    const oracle = runOracle(one.plan, one.log.entries, { params: one.params })
    for (const [output, rows] of Object.entries(oracle.outputs)) expect(difference(output, straight.outputs[output] ?? [], rows)).toBeNull()
    for (const [id, rows] of Object.entries(oracle.late)) expect(difference(`late rows of ${id}`, straight.late[id] ?? [], rows)).toBeNull()
    for (const [id, { late: _, ...counts }] of Object.entries(oracle.stats.windows)) expect(straight.stats.windows[id]).toMatchObject(counts)
    for (const [id, counts] of Object.entries(oracle.stats.alerts)) expect(straight.stats.alerts[id]).toMatchObject(counts)
    const failures = Object.entries(oracle.stats.failures).map(([id, { count }]) => [id, count] as const)
    expect(failures.filter(([id, count]) => (straight.stats.failures[id] ?? 0) !== count)).toEqual([])
  })

  it.each(Object.entries(feedings))('%s nothing changes', (_, feeding) => {
    const run = runCase(one, feeding)
    expect({ ...run, stats: statsOf(run) }).toEqual({ ...straight, stats: statsOf(straight) })
  })

  it.each(Object.entries(logWays))('%s nothing changes', async (_, way) => {
    expectSame(await runThroughLog(one, way, new SimulatedDisk({ seed: 1 }), '/state'), straight)
  })

  if (onThreads.includes(name))
    it.each(Object.entries(threadWays))('%s, on files, nothing changes', async (_, way) => {
      const folder = mkdtempSync(join(tmpdir(), 'millrace-case-'))
      expectSame(await runThroughLog(one, way, nodeFiles, folder), straight)
      rmSync(folder, { recursive: true })
    })

  it('a tick changes nothing before it is due', () => {
    expect(straight.untimely).toEqual([])
  })

  it('R1, R2: ids follow the recipe, and the revisions of one follow each other', () => {
    for (const [output, rows] of Object.entries(straight.outputs)) {
      const next = new Map<string, number>()
      rows.forEach((row, at) => {
        const id = idOf(one.plan, output, row)
        expect(straight.ids[output]?.[at]).toBe(id)
        expect(row.revision, `${output}, row ${at}`).toBe(next.get(id) ?? 0)
        next.set(id, row.revision + 1)
      })
    }
  })

  it('R2: a store that keeps the highest revision ends the same, whatever reaches it first', () => {
    for (const [output, rows] of Object.entries(straight.outputs)) {
      const ids = straight.ids[output] ?? []
      const inOrder = rows.map((_, at) => at)
      const last = new Map(rows.map((row, at) => [ids[at] as string, row]))
      expect(stored(rows, ids, inOrder)).toEqual(last)
      expect(new Map([...stored(rows, ids, inOrder.toReversed())].toSorted(byId))).toEqual(new Map([...last].toSorted(byId)))
    }
  })
})

const byId = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number => (one < other ? -1 : 1)

/** A store that keeps the newest row of every id, whatever the order in which rows reach it. */
function stored(rows: readonly { readonly revision: number }[], ids: readonly string[], order: readonly number[]): ReadonlyMap<string, object> {
  const store = new Map<string, { readonly revision: number }>()
  for (const at of order) {
    const row = rows[at] as { readonly revision: number }
    const id = ids[at] as string
    if ((store.get(id)?.revision ?? -1) < row.revision) store.set(id, row)
  }
  return store
}

function expectSame(run: Pick<CaseRun, 'outputs' | 'late' | 'stats'>, straight: CaseRun): void {
  const { outputs, late } = straight
  expect({ outputs: run.outputs, late: run.late, stats: statsOf(run) }).toEqual({ outputs, late, stats: statsOf(straight) })
}

/** What is counted of results; memory and time depend on how a log is fed. */
function statsOf({ stats }: Pick<CaseRun, 'stats'>): object {
  const { records, highestEventTimeMs, watermarkMs, outputs, windows, alerts, failures, keys } = stats
  return { records, highestEventTimeMs, watermarkMs, outputs, windows, alerts, failures, keys }
}

function refusal(build: () => unknown): string {
  try {
    build()
  } catch (error) {
    return (error as MillraceError).issues.map(({ code }) => `${code}\n`).join('')
  }
  return 'nothing is refused\n'
}
