import { describe, expect, test } from 'vitest'
import { csv, decodeAll, streamOf } from './decode-all.ts'

const columns = [
  { name: 'id', type: { kind: 'int64' } },
  { name: 'name', type: { kind: 'string' }, optional: true },
  { name: 'value', type: { kind: 'float64' }, missing: [999999, 'n/a'] },
  { name: 'on', type: { kind: 'bool' }, optional: true },
] as const
const stream = streamOf(columns, { key: ['id', 'name'] })
const codes = (input: string, node = stream) => decodeAll(node, input).letters.map((letter) => letter.code)

describe('CSV', () => {
  test('a line is a row of typed columns', () => {
    expect(decodeAll(stream, '1,a,2.5,true\n-7,b,-0,false\n').rows).toEqual([
      { id: 1, name: 'a', value: 2.5, on: true },
      { id: -7, name: 'b', value: 0, on: false },
    ])
  })

  test('an empty field is a missing value, a quoted empty text is an empty text', () => {
    expect(decodeAll(stream, '1,,1,\n2,"",1,""\n').rows).toEqual([
      { id: 1, name: null, value: 1, on: null },
      { id: 2, name: '', value: 1, on: null },
    ])
  })

  test('sentinels are missing values, written as numbers or as text', () => {
    expect(decodeAll(stream, '1,a,999999,true\n1,a,999999.0,true\n1,a,n/a,true\n').rows.map((row) => row.value)).toEqual([null, null, null])
  })

  test('quoted fields hold separators, doubled quotes and line feeds', () => {
    expect(decodeAll(stream, '1,"a,""b""\nc",1,true\n').rows[0]?.name).toBe('a,"b"\nc')
  })

  test('a byte order mark, CRLF, blank lines, a trailing separator and a lacking last line feed change nothing', () => {
    expect(decodeAll(stream, '\ufeff1,a,1,true\r\n\r\n2,b,2,false,\n\n3,c,3,true').rows.map((row) => row.id)).toEqual([1, 2, 3])
  })

  test('another separator separates', () => {
    const node = streamOf(columns, { format: { ...csv, separator: ';' } })
    expect(decodeAll(node, '1;a,b;2;1\n').rows).toEqual([{ id: 1, name: 'a,b', value: 2, on: true }])
  })

  test('a header names the columns in any order, and auto tells it from a record', () => {
    const node = streamOf(columns, { format: { ...csv, header: 'auto' } })
    expect(decodeAll(node, 'value,id\n2.5,1\n').rows).toEqual([{ id: 1, name: null, value: 2.5, on: null }])
    expect(decodeAll(node, '1,a,1,true\n').rows).toHaveLength(1)
  })

  test('unknown columns of a header are dropped, or refused where the stream is strict', () => {
    const present = { format: { ...csv, header: 'present' } } as const
    const input = 'id,extra,value\n1,x"y,2\n2,"x,y",3\n'
    expect(decodeAll(streamOf(columns, present), input).rows.map((row) => row.id)).toEqual([2])
    expect(codes(input, streamOf(columns, { ...present, unknownFields: 'strict' }))).toEqual(['FIELD_UNKNOWN', 'CSV_BAD_HEADER', 'CSV_BAD_HEADER'])
  })

  test('a column named twice makes every record bad', () => {
    expect(codes('id,id,value\n1,2,3\n', streamOf(columns, { format: { ...csv, header: 'present' } }))).toEqual(['CSV_BAD_HEADER', 'CSV_BAD_HEADER'])
  })

  test('a header of 4096 fields is read, one of more makes every record bad, however many it has', () => {
    const node = streamOf(columns, { format: { ...csv, header: 'present' } })
    const input = (fields: number) => `id,value${',y'.repeat(fields - 2)}\n1,2${',"3"'.repeat(fields - 3)},\n4,5${',6'.repeat(fields - 2)}\n7,8\n`
    const { rows, letters } = decodeAll(node, input(4096))
    expect(rows.map(({ id, value }) => [id, value])).toEqual([
      [1, 2],
      [4, 5],
    ])
    expect(letters.map(({ code }) => code)).toEqual(['CSV_TOO_FEW_FIELDS'])
    for (const fields of [4097, 200_000]) expect(new Set(codes(input(fields), node))).toEqual(new Set(['CSV_BAD_HEADER']))
  })

  test('lines of very many fields have too many of them, quoted or not', () => {
    const line = `1,a,1,true${',y'.repeat(100_000)}`
    expect(codes(`${line}\n${line},"y"\n`.repeat(4), stream)).toEqual(Array(8).fill('CSV_TOO_MANY_FIELDS'))
  })

  test.each([
    ['1,a,1', 'CSV_TOO_FEW_FIELDS', 'on'],
    ['1,a,1,true,x', 'CSV_TOO_MANY_FIELDS', null],
    ['1,a,1,true,,', 'CSV_TOO_MANY_FIELDS', null],
    ['x,a,1,true', 'VALUE_NOT_WHOLE', 'id'],
    ['1.5,a,1,true', 'VALUE_NOT_WHOLE', 'id'],
    [',a,1,true', 'FIELD_MISSING', 'id'],
    ['9007199254740993,a,1,true', 'INT64_RANGE', 'id'],
    ['1,a,NaN,true', 'VALUE_NOT_NUMBER', 'value'],
    ['1,a,Infinity,true', 'VALUE_NOT_NUMBER', 'value'],
    ['1,a,1e999,true', 'NUMBER_RANGE', 'value'],
    ['1,a,,true', 'FIELD_MISSING', 'value'],
    ['1,a,1,yes', 'VALUE_NOT_BOOL', 'on'],
    ['1,a"b,1,true', 'CSV_BAD_QUOTE', 'name'],
    ['1,"a"b,1,true', 'CSV_BAD_QUOTE', 'name'],
    ['1,"ab,1,true', 'CSV_BAD_QUOTE', 'name'],
  ])('%s is a dead letter %s', (line, code, column) => {
    const { letters, rows, stats } = decodeAll(stream, `7,x,1,true\n${line}\n`)
    expect(rows).toHaveLength(1)
    expect(letters[0]).toMatchObject({ stream: 'readings', record: 2, byteOffset: 11, code, column })
    expect(stats).toMatchObject({ records: 2, rows: 1, bad: 1 })
  })

  test('a dead letter carries its bytes, and its key where that could be read', () => {
    const { letters, stats } = decodeAll(stream, '1,a,x,true\n2,"b,c",y,true\n1,a,z,true\n')
    expect(letters.map((letter) => letter.key)).toEqual(['1/a', '2/b,c', '1/a'])
    expect(Buffer.from(Object.values(letters[1]?.bytes ?? {})).toString()).toBe('2,"b,c",y,true')
    expect(letters[0]?.reason).toContain('value is not a number: "x"')
    expect([...stats.badByKey]).toEqual([
      ['1/a', 2],
      ['2/b,c', 1],
    ])
    expect([...stats.badByCode]).toEqual([['VALUE_NOT_NUMBER', 3]])
  })

  test('a number beyond 2^53 says to declare ids as string', () => {
    expect(decodeAll(stream, '9007199254740993,a,1,true\n').letters[0]?.reason).toContain('Declare ids as string')
  })

  test('invalid UTF-8 is a bad record, valid UTF-8 is text', () => {
    const bytes = Buffer.concat([Buffer.from('1,ü,1,true\n2,'), Buffer.from([0xff]), Buffer.from(',1,true\n3,ü,1,true\n')])
    const { rows, letters } = decodeAll(stream, bytes)
    expect(rows.map((row) => row.name)).toEqual(['ü', 'ü'])
    expect(letters[0]?.code).toBe('RECORD_NOT_UTF8')
  })

  test('a record longer than a MiB is cut off and bad, and a value longer than 64 KiB is bad', () => {
    const long = `1,${'x'.repeat(1 << 20)},1,true\n`
    const { rows, letters } = decodeAll(stream, `${long}2,a,1,true\n3,${'x'.repeat(65_537)},1,true\n4,${'x'.repeat(65_536)},1,true\n`)
    expect(rows.map((row) => row.id)).toEqual([2, 4])
    expect(letters.map((letter) => letter.code)).toEqual(['RECORD_TOO_LONG', 'VALUE_TOO_LONG'])
    expect(Object.keys(letters[0]?.bytes ?? {})).toHaveLength(1 << 20)
  })

  test('names and texts of tenants never become code', () => {
    const hostile = ["'); throw 1; ('", '`$' + '{process.exit()}`', '*/ throw 1 /*', '__proto__', 'a\nb', '"', '\\', '\u2028']
    const node = streamOf(
      hostile.map((name) => ({ name: name.replace('.', '_'), type: { kind: 'string' }, missing: [name] })),
      { format: { ...csv, header: 'absent' } },
    )
    expect(decodeAll(node, `${hostile.map((_, i) => `v${i}`).join(',')}\n`).rows).toHaveLength(1)
  })
})
