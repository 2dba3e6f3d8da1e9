import type { JobStats } from '@millrace/engine'
import type { DecoderStats } from '@millrace/formats'
import { expect, test } from 'vitest'
import { capturingTerminal } from '../../test/capturing-terminal.ts'
import { counting } from '../../test/plans.ts'
import { printSummary, type SummarySources, summaryOf } from './summary.ts'

const job: JobStats = {
  records: { readings: 4 },
  highestEventTimeMs: { readings: 1_500 },
  watermarkMs: { readings: 1_000 },
  outputs: { counts: { rows: 3, revisions: 1 }, alerts: { rows: 0, revisions: 0 } },
  windows: { 'aggregate-1': { fired: 2, revised: 1, tooLate: 3, windowsMissed: 4, open: 5 } },
  alerts: { 'alert-1': { opened: 1, updated: 0, cleared: 0, withdrawn: 0, suppressed: 6, openNow: 1 } },
  failures: { 'map-1': 7, 'map-2': 0 },
  stateBytes: 0,
  keys: 0,
  state: {},
}
const stats: DecoderStats = { records: 1_000_006, rows: 1_000_004, bad: 2, bytes: 4_200_000, badByCode: new Map(), badByKey: new Map() }
const sources: SummarySources = {
  plan: counting,
  job,
  inputs: [{ stream: 'readings', file: 'a\u001b[2J.csv', stats }],
  deadLetters: {
    byCode: new Map([['VALUE_NOT_NUMBER', 2]]),
    first: [{ stream: 'readings', record: 5, column: 'value', reason: 'not a number: "x"', code: 'VALUE_NOT_NUMBER' }],
  },
  placeOf: (output) => (output === 'counts' ? 'out/counts.ndjson' : undefined),
  sidePlaces: { deadLetters: 'out/dead-letters.ndjson', late: 'out/late.ndjson' },
  seconds: 2,
  interrupted: false,
  state: null,
  peakMemoryBytes: 50e6,
}

function printed(more: Partial<SummarySources> = {}): string {
  const { terminal, written } = capturingTerminal()
  printSummary(summaryOf({ ...sources, ...more }), terminal)
  return written.err
}

test('a summary counts what came in, what was lost and where, and what came out', () => {
  expect(printed()).toBe(`
counting: done, 1,000,006 records in 2.0 s (500.0 k/s), peak memory 50.0 MB
  input     readings from a\\x1b[2J.csv: 1,000,006 records, 2 bad, 4.2 MB, up to 1970-01-01T00:00:01.500Z, watermark 1970-01-01T00:00:01Z
  bad       2 of 1,000,006 records (VALUE_NOT_NUMBER 2) to out/dead-letters.ndjson
            record 5 of readings, value: not a number: "x"
  windows   aggregate-1: 2 fired, 1 revised, 3 record(s) too late, 4 dropped from a window
  late      3 records to out/late.ndjson
  alerts    alert-1: 1 opened, 0 updated, 0 cleared, 6 held back by the cooldown, 1 open at the end
  missing   map-1: 7 value(s) by overflow or division by zero
  output    counts: 3 rows (1 of them revisions) to out/counts.ndjson
  output    alerts: 0 rows, not written
`)
})

test('a run that was interrupted says which results are missing', () => {
  expect(printed({ interrupted: true })).toContain('open windows (5) were not closed: their results are not written')
})
