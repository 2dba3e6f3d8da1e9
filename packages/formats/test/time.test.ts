import { describe, expect, test } from 'vitest'
import { csv, decodeAll, ndjson, streamOf } from './decode-all.ts'

type Case = readonly [format: string, zone: string | undefined, text: string, expected: string | number]

/** The instant, or the error code. */
function read(format: string, zone: string | undefined, text: string): string | number {
  const stream = streamOf([{ name: 'at', type: { kind: 'timestamp', format, zone } }], { format: { ...csv, separator: ';' } })
  // Once alone, and once after the caches of generated code know the hour and the zone.
  const results = [text, `${text}\n${text}\n${text}`].map((input) => decodeAll(stream, input))
  const [first, ...others] = results.flatMap(({ rows, letters }) => [...rows.map((row) => row.at as number), ...letters.map((letter) => letter.code)])
  expect(others.every((other) => other === first)).toBe(true)
  return typeof first === 'number' && !format.startsWith('epoch') ? new Date(first).toISOString() : (first as string | number)
}

const plain = 'yyyy-MM-dd HH:mm:ss'

describe('timestamps', () => {
  test.each<Case>([
    [plain, undefined, '2017-02-18 18:28:05', '2017-02-18T18:28:05.000Z'],
    [plain, '+02:00', '2017-02-18 18:28:05', '2017-02-18T16:28:05.000Z'],
    [plain, undefined, '2024-02-29 00:00:00', '2024-02-29T00:00:00.000Z'],
    [plain, undefined, '2024-02-30 00:00:00', 'TIMESTAMP_RANGE'],
    [plain, undefined, '2023-02-29 00:00:00', 'TIMESTAMP_RANGE'],
    [plain, undefined, '1900-02-29 00:00:00', 'TIMESTAMP_RANGE'],
    [plain, undefined, '2000-02-29 23:59:59', '2000-02-29T23:59:59.000Z'],
    [plain, undefined, '2023-13-01 00:00:00', 'TIMESTAMP_RANGE'],
    [plain, undefined, '2023-04-31 00:00:00', 'TIMESTAMP_RANGE'],
    [plain, undefined, '2023-01-01 24:00:00', 'TIMESTAMP_RANGE'],
    [plain, undefined, '2023-01-01 00:60:00', 'TIMESTAMP_RANGE'],
    [plain, undefined, '2023-01-01 00:00:60', 'TIMESTAMP_RANGE'],
    [plain, undefined, '2023-01-01 00:00:0', 'TIMESTAMP_FORMAT'],
    [plain, undefined, '2023-01-01T00:00:00', 'TIMESTAMP_FORMAT'],
    [plain, undefined, '2023-01-01 00:00:00Z', 'TIMESTAMP_FORMAT'],
    [`${plain} z`, undefined, '2017-02-18 18:28:05 UTC', '2017-02-18T18:28:05.000Z'],
    [`${plain} z`, undefined, '2017-07-18 18:28:05 Europe/Berlin', '2017-07-18T16:28:05.000Z'],
    [`${plain} z`, undefined, '2017-07-18 18:28:05 -03:30', '2017-07-18T21:58:05.000Z'],
    [`${plain} z`, undefined, '2017-07-18 18:28:05 CET', 'TIMESTAMP_ZONE'],
    [`${plain} z`, undefined, '2017-07-18 18:28:05', 'TIMESTAMP_FORMAT'],
    ["dd.MM.yyyy 'at' HH:mm:ss.SSS", undefined, '18.02.2017 at 18:28:05.070', '2017-02-18T18:28:05.070Z'],
    ['yyyyMMddHHmmss', undefined, '20170218182805', '2017-02-18T18:28:05.000Z'],
    ['ss:mm HH dd/MM/yyyy', undefined, '05:28 18 18/02/2017', '2017-02-18T18:28:05.000Z'],
    ['yyyy-MM-dd', undefined, '2017-02-18', '2017-02-18T00:00:00.000Z'],
    ["z yyyy-MM-dd'T'HH:mm:ss", undefined, '+01:00 2017-02-18T18:28:05', '2017-02-18T17:28:05.000Z'],
    ['iso', undefined, '2017-02-18T18:28:05Z', '2017-02-18T18:28:05.000Z'],
    ['iso', undefined, '2017-02-18T18:28:05.123456+05:30', '2017-02-18T12:58:05.123Z'],
    ['iso', undefined, '2017-02-18 18:28:05,5z', '2017-02-18T18:28:05.500Z'],
    ['iso', 'Asia/Kolkata', '2017-02-18T18:28', '2017-02-18T12:58:00.000Z'],
    ['iso', undefined, '2017-02-18', '2017-02-18T00:00:00.000Z'],
    ['iso', undefined, '2017-02-18T18:28:05+5', 'TIMESTAMP_FORMAT'],
    ['iso', undefined, '2017-02-18T18:28:05.Z', 'TIMESTAMP_FORMAT'],
    ['iso', undefined, '2017-02-18T18', 'TIMESTAMP_FORMAT'],
    ['epoch-s', undefined, '1487442485', 1_487_442_485_000],
    ['epoch-s', undefined, '1487442485.1239', 1_487_442_485_123],
    ['epoch-ms', undefined, '1487442485123', 1_487_442_485_123],
    ['epoch-us', undefined, '1487442485123999', 1_487_442_485_123],
    ['epoch-us', undefined, '-1', -1],
    ['epoch-ms', undefined, '-5', -5],
    ['epoch-ms', undefined, '8640000000000001', 'TIMESTAMP_RANGE'],
    ['epoch-s', undefined, 'now', 'TIMESTAMP_FORMAT'],
    // Clocks jump from 02:00 to 03:00: a time in the gap moves forward by it.
    [plain, 'Europe/Berlin', '2024-03-31 02:30:00', '2024-03-31T01:30:00.000Z'],
    [plain, 'Europe/Berlin', '2024-03-31 01:59:59', '2024-03-31T00:59:59.000Z'],
    [plain, 'Europe/Berlin', '2024-03-31 03:00:00', '2024-03-31T01:00:00.000Z'],
    // Clocks go back from 03:00 to 02:00: the earlier of two instants.
    [plain, 'Europe/Berlin', '2024-10-27 02:30:00', '2024-10-27T00:30:00.000Z'],
    // Lord Howe moves by half an hour, in the middle of an hour of the clock.
    [plain, 'Australia/Lord_Howe', '2024-04-07 01:45:00', '2024-04-06T14:45:00.000Z'],
    [plain, 'Australia/Lord_Howe', '2024-04-07 02:15:00', '2024-04-06T15:45:00.000Z'],
    [plain, 'Australia/Lord_Howe', '2024-10-06 02:15:00', '2024-10-05T15:45:00.000Z'],
  ])('%s in %s reads %s as %s', (format, zone, text, expected) => {
    expect(read(format, zone, text)).toBe(expected)
  })

  test('the hours of years read as the calendar has them, in any zone', () => {
    for (const zone of ['UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns']) {
      const stream = streamOf([{ name: 'at', type: { kind: 'timestamp', format: 'iso', zone } }])
      const instants = Array.from({ length: 3000 }, (_, i) => Date.UTC(2019, 0, 1, 0, 7, 9) + i * 13 * 3_600_000)
      const lines = instants.map((ms) => new Date(ms).toISOString()).join('\n')
      expect(decodeAll(stream, lines).rows.map((row) => row.at)).toEqual(instants)
    }
  })

  test('changing zones between records never mix', () => {
    const stream = streamOf([{ name: 'at', type: { kind: 'timestamp', format: 'iso' } }])
    const suffixes = ['Z', '+01:00', '', '-0330', '.5+02']
    const lines = Array.from({ length: 200 }, (_, i) => `2024-05-05T1${i % 7}:30:00${suffixes[(i * 3 + (i >> 2)) % 5]}`)
    const lone = lines.map((line) => decodeAll(stream, line).rows[0]?.at)
    expect(decodeAll(stream, lines.join('\n')).rows.map((row) => row.at)).toEqual(lone)
  })

  test('a zone may come from a column, before or after the time', () => {
    const columns = [
      { name: 'at', type: { kind: 'timestamp', format: plain, zoneColumn: 'zone' } },
      { name: 'zone', type: { kind: 'string' } },
    ] as const
    const { rows, letters } = decodeAll(
      streamOf(columns, { time: 'at' }),
      '2024-07-01 12:00:00,Europe/Berlin\n2024-07-01 12:00:00,UTC\n2024-07-01 12:00:00,Nowhere\n',
    )
    expect(rows.map((row) => new Date(row.at as number).getUTCHours())).toEqual([10, 12])
    expect(letters[0]).toMatchObject({ code: 'TIMESTAMP_ZONE', column: 'at' })
    const node = streamOf(columns, { time: 'at', format: ndjson })
    expect(decodeAll(node, '{"zone":"+03:00","at":"2024-07-01 12:00:00"}').rows[0]?.at).toBe(Date.UTC(2024, 6, 1, 9))
  })
})

describe('records without a usable time', () => {
  const columns = [
    { name: 'at', type: { kind: 'timestamp', format: 'iso' }, missing: ['1970-01-01'] },
    { name: 'n', type: { kind: 'int32' } },
  ] as const
  const input = ',1\n2024-05-05T00:00:02Z,2\nx,3\n1970-01-01,4\n2024-05-05T00:00:01Z,5\n,6\n2024-05-05T00:00:00Z\n'
  const base = Date.UTC(2024, 4, 5)
  const result = (withoutTime: 'reject' | 'previous' | 'ingestion', ingestionMs?: number) => {
    const { rows, letters } = decodeAll(streamOf(columns, { time: 'at', withoutTime }), input, [], ingestionMs, 2)
    return [rows.map((row) => [row.n, (row.at as number) - base]), letters.map((letter) => letter.code)]
  }

  test('are rejected', () => {
    expect(result('reject')).toEqual([
      [
        [2, 2000],
        [5, 1000],
      ],
      ['FIELD_MISSING', 'TIMESTAMP_FORMAT', 'FIELD_MISSING', 'FIELD_MISSING', 'CSV_TOO_FEW_FIELDS'],
    ])
  })

  test('take the time of the record before them, if there is one', () => {
    expect(result('previous')).toEqual([
      [
        [2, 2000],
        [3, 2000],
        [4, 2000],
        [5, 1000],
        [6, 1000],
      ],
      ['TIME_MISSING', 'CSV_TOO_FEW_FIELDS'],
    ])
  })

  test('take the log time, which of a file is its highest event time', () => {
    expect(result('ingestion', base + 5000)[0]).toEqual([
      [1, 5000],
      [2, 2000],
      [3, 5000],
      [4, 5000],
      [5, 1000],
      [6, 5000],
    ])
    expect(result('ingestion')[0]).toEqual([
      [2, 2000],
      [3, 2000],
      [4, 2000],
      [5, 1000],
      [6, 2000],
    ])
  })

  test('an event time more than maxAhead past ingestion is bad', () => {
    const stream = streamOf(columns, { time: 'at', maxAheadMs: 1000, withoutTime: 'previous' })
    const { rows, letters } = decodeAll(stream, '2024-05-05T00:00:01Z,1\n2024-05-05T00:00:01.001Z,2\n', [], base)
    expect(rows).toHaveLength(1)
    expect(letters[0]).toMatchObject({ code: 'TIME_TOO_FAR_AHEAD', column: 'at' })
  })
})
