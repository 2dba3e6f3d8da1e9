import { Dictionary, type Rows } from '@millrace/columns'
import type { AlertOperator } from '@millrace/plan'
import { expect, test } from 'vitest'
import { capturingTerminal } from '../../test/capturing-terminal.ts'
import { Table } from './table.ts'

const at = Date.UTC(2017, 1, 1, 0, 10)

/** Rows of an alert: event, severity, message, one key column and one measure. */
function rowsOf(lines: readonly (readonly [event: string, severity: string, message: string, station: number, value: number | null])[]): Rows {
  const texts = new Dictionary()
  const strings = (index: 0 | 1 | 2) =>
    ({ kind: 'string', values: Int32Array.from(lines, (line) => texts.internText(line[index])), dictionary: texts, validity: null }) as const
  const present = lines.reduce((bits, line, row) => bits | (line[4] === null ? 0 : 1 << row), 0)
  return {
    batch: {
      rows: lines.length,
      fields: [
        { name: 'alert', type: 'string', nullable: false },
        { name: 'severity', type: 'string', nullable: false },
        { name: 'message', type: 'string', nullable: false },
        { name: 'station', type: 'int32', nullable: false },
        { name: 'value', type: 'float64', nullable: true },
      ],
      columns: [
        strings(0),
        strings(1),
        strings(2),
        { kind: 'int32', values: Int32Array.from(lines, (line) => line[3]), validity: null },
        { kind: 'float64', values: Float64Array.from(lines, (line) => line[4] ?? 0), validity: Uint8Array.of(present) },
      ],
    },
    selection: Int32Array.from(lines, (_, row) => row),
    count: lines.length,
    sequence: new Float64Array(lines.length),
    time: new Float64Array(lines.length).fill(at),
    revision: null,
    windowStart: null,
    windowEnd: null,
    element: null,
    origin: null,
  }
}

const alert: AlertOperator = {
  kind: 'alert',
  id: 'alert-1',
  input: 'x',
  key: ['station'],
  when: { kind: 'literal', value: true },
  severity: 'critical',
  message: { kind: 'literal', value: '' },
  cooldownMs: 0,
  clearAfterMs: null,
}

test('numbers stand right, text left, a missing value is a dash', () => {
  const { terminal, written } = capturingTerminal()
  const table = new Table('counts', null, 10)
  table.rows(
    rowsOf([
      ['open', 'critical', 'a', 7, 0.1 + 0.2],
      ['clear', 'critical', 'longer', 1234, null],
    ]),
  )
  table.print(terminal, true)
  expect(written.out).toBe(
    '\ncounts\nalert  severity  message  station  value\nopen   critical  a              7    0.3\nclear  critical  longer      1234      -\n',
  )
})

test('an alert shows when, what, for which key and why', () => {
  const { terminal, written } = capturingTerminal()
  const table = new Table('alerts', alert, 10)
  table.rows(rowsOf([['open', 'critical', 'too hot', 7, 1]]))
  table.print(terminal, true)
  expect(written.out).toContain('at                    alert  severity  station  message\n2017-02-01T00:10:00Z  open   critical        7  too hot\n')
})

test('an alert is red, its end green, where colours are on', () => {
  const { terminal, written } = capturingTerminal({ outColours: true })
  const table = new Table('alerts', alert, 10)
  table.rows(
    rowsOf([
      ['open', 'critical', 'a', 7, 1],
      ['open', 'warning', 'a', 7, 1],
      ['clear', 'critical', 'a', 7, 1],
    ]),
  )
  table.print(terminal, true)
  const colours = ['31', '33', '32'].map((colour) => written.out.indexOf(`\u001b[${colour}m2017`))
  expect(colours.every((place) => place >= 0)).toBe(true)
  expect(colours).toEqual(colours.toSorted((a, b) => a - b))
})

test('text of records cannot steer the terminal', () => {
  const { terminal, written } = capturingTerminal()
  const table = new Table('alerts', alert, 10)
  table.rows(rowsOf([['open', 'critical', '\u001b[2J\nforged', 7, 1]]))
  table.print(terminal, true)
  expect(written.out).toContain('\\x1b[2J\\nforged')
  expect(written.out).not.toContain('\u001b')
})

test('rows past the limit are counted, not kept', () => {
  const { terminal, written } = capturingTerminal()
  const table = new Table('counts', null, 2)
  for (let n = 0; n < 1000; n++) table.rows(rowsOf([['open', 'critical', `m${n}`, n, 1]]))
  table.print(terminal, true)
  expect(written.out).toContain('... and 998 more row(s)')
  expect(written.out).not.toContain('m2')
})

test('columns that do not fit the line are named by their number', () => {
  const { terminal, written } = capturingTerminal({ columns: 30 })
  const table = new Table('counts', null, 2)
  table.rows(rowsOf([['open', 'critical', 'message', 7, 1]]))
  table.print(terminal, true)
  expect(written.out).toContain('(2 more column(s) do not fit)')
  for (const line of written.out.split('\n').slice(2)) expect(line.length).toBeLessThanOrEqual(30)
})

test('a table may be printed in parts; an empty one says so', () => {
  const { terminal, written } = capturingTerminal()
  const table = new Table('counts', null, 10)
  table.rows(rowsOf([['open', 'critical', 'a', 1, 1]]))
  table.print(terminal, false)
  table.rows(rowsOf([['open', 'critical', 'b', 2, 1]]))
  table.print(terminal, true)
  expect(written.out.match(/severity/g)).toHaveLength(1)
  new Table('nothing', null, 10).print(terminal, true)
  expect(written.out).toContain('nothing: no rows')
})
