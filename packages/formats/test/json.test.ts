import { describe, expect, test } from 'vitest'
import { decodeAll, json, ndjson, streamOf } from './decode-all.ts'

const columns = [
  { name: 'id', type: { kind: 'int64' } },
  { name: 'name', type: { kind: 'string' }, optional: true },
  { name: 'value', type: { kind: 'float64' }, missing: [-1, 'n/a'] },
  { name: 'on', type: { kind: 'bool' }, optional: true },
  { name: 'place', type: { kind: 'record', columns: [{ name: 'lat', type: { kind: 'float64', fromText: true } }] }, optional: true },
] as const
const stream = streamOf(columns, { format: ndjson, key: ['id'] })
const one = '{"id":1,"name":"a","value":2.5,"on":true,"place":{"lat":"48.5"}}'
const row = { id: 1, name: 'a', value: 2.5, on: true, 'place.lat': 48.5 }

describe('NDJSON', () => {
  test('an object is a row, its nested objects are dotted columns', () => {
    expect(decodeAll(stream, `${one}\n`).rows).toEqual([row])
  })

  test('key order, white space and escapes change nothing', () => {
    const input = ' { "on" : true ,\t"place":{"lat":"48.5"}, "value":2.50e0,"n\\u0061me":"\\u0061", "id":1 } \r\n'
    expect(decodeAll(stream, input).rows).toEqual([row])
  })

  test('the same records give the same rows however often their shape was seen', () => {
    const shapes = [
      one,
      '{"on":false,"id":2,"value":-1}',
      '{"id":3,"value":"n/a","name":null,"extra":[1,{"a":"}"}]}',
      '{"id":4,"value":7,"note":"x","on":null,"n":-0.5}',
    ]
    const lone = shapes.map((shape) => decodeAll(stream, shape).rows[0])
    const lines = Array.from({ length: 400 }, (_, i) => shapes[(i * 7 + (i >> 3)) % 4] as string)
    const expected = lines.map((line) => lone[shapes.indexOf(line)])
    expect(decodeAll(stream, lines.join('\n')).rows).toEqual(expected)
    expect(decodeAll(streamOf(columns, { format: json }), `[${lines.join(',\n')}]`).rows).toEqual(expected)
  })

  test('escapes, surrogate pairs and any UTF-8 are text', () => {
    const text = '"\\/\b\f\n\r\tü€😀\u0000'
    const line = JSON.stringify({ id: 1, value: 1, name: text }).replace('😀', '\\ud83d\\ude00')
    expect(decodeAll(stream, line).rows[0]?.name).toBe(text)
  })

  test.each([
    ['{"id":1', 'JSON_SYNTAX', null],
    ['{"id":1,}', 'JSON_SYNTAX', null],
    ['{"id":01,"value":1}', 'JSON_SYNTAX', null],
    ['{"id":1,"value":NaN}', 'JSON_SYNTAX', null],
    ['{"id":1,"value":1}x', 'JSON_SYNTAX', null],
    ['{"id":1,"value":1,"name":"\\x"}', 'JSON_SYNTAX', null],
    ['{"id":1,"value":1,"name":"a\tb"}', 'JSON_SYNTAX', null],
    ['{"id":1,"value":1,"name":"\\ud800"}', 'RECORD_NOT_UTF8', null],
    ['[1]', 'JSON_NOT_OBJECT', null],
    ['7', 'JSON_NOT_OBJECT', null],
    ['{"id":1,"id":2,"value":1}', 'JSON_DUPLICATE_KEY', null],
    ['{"id":1}', 'FIELD_MISSING', 'value'],
    ['{"id":1,"value":null}', 'FIELD_MISSING', 'value'],
    ['{"id":"1","value":1}', 'VALUE_TYPE', 'id'],
    ['{"id":1.0,"value":1}', 'VALUE_NOT_WHOLE', 'id'],
    ['{"id":1,"value":1,"on":1}', 'VALUE_TYPE', 'on'],
    ['{"id":1,"value":1,"name":5}', 'VALUE_TYPE', 'name'],
    ['{"id":1,"value":{"a":1}}', 'VALUE_TYPE', 'value'],
    ['{"id":9007199254740992,"value":1}', 'INT64_RANGE', 'id'],
    ['{"id":1,"value":1e400}', 'NUMBER_RANGE', 'value'],
    ['{"id":1,"value":1,"place":{"lat":"north"}}', 'VALUE_NOT_NUMBER', 'place.lat'],
    ['{"id":1,"value":1,"place":{}}', null, null],
    [`{"id":1,"value":1,"x":${'['.repeat(100)}${']'.repeat(100)}}`, 'JSON_TOO_DEEP', null],
  ])('%s is a dead letter %s', (line, code, column) => {
    const { letters, rows } = decodeAll(stream, `${one}\n${line}\n${one}\n`)
    expect(rows.length + letters.length).toBe(3)
    if (code === null) expect(letters).toEqual([])
    else expect(letters[0]).toMatchObject({ record: 2, byteOffset: one.length + 1, code, column })
  })

  test('unknown fields are dropped, or bad where the stream is strict', () => {
    const strict = streamOf(columns, { format: ndjson, unknownFields: 'strict' })
    const line = '{"id":1,"value":1,"extra":{"deep":[null,true,"x"]}}'
    expect(decodeAll(stream, line).rows).toHaveLength(1)
    expect(decodeAll(strict, line).letters[0]).toMatchObject({ code: 'FIELD_UNKNOWN' })
  })

  test('a record without a time takes the time of the one before it, however many there are', () => {
    const node = streamOf([...columns, { name: 'at', type: { kind: 'timestamp', format: 'epoch-ms' } }], {
      format: ndjson,
      time: 'at',
      withoutTime: 'previous',
    })
    const { rows, letters } = decodeAll(node, `{"id":1,"value":1,"at":7}\n${'{"id":1,"value":1}\n'.repeat(20)}`)
    expect([rows.length, letters.length, rows.at(-1)?.at]).toEqual([21, 0, 7])
  })

  test('a key named twice is bad for that, whatever its second value is', () => {
    const { letters } = decodeAll(stream, `${one}\n${'{"id":1,"value":1,"on":true,"on":1}\n'.repeat(20)}`)
    expect(new Set(letters.map((letter) => letter.code))).toEqual(new Set(['JSON_DUPLICATE_KEY']))
  })

  test('bad records of one kind read alike, the first and the last', () => {
    for (const bad of [
      '{"id":5,"val',
      '{"id":5,"value":x}',
      '{"id":5,"value":"high"}',
      '{"id":5,"value":null}',
      '{"id":5}',
      '{"value":1}',
      '{"id":null,"value":1}',
    ]) {
      const { letters } = decodeAll(stream, `${bad}\n`.repeat(30))
      const alike = letters.map(({ code, column, reason, key, bytes }) => JSON.stringify([code, column, reason, key, Object.values(bytes)]))
      expect([letters.length, new Set(alike).size], bad).toEqual([30, 1])
    }
  })

  test('what is wrong first is blamed, whatever is wrong behind it', () => {
    const inner = { name: 'inner', type: { kind: 'record', columns: [{ name: 'must', type: { kind: 'int32' } }] } } as const
    const strict = streamOf([...columns, inner], { format: ndjson, unknownFields: 'strict', key: ['id'] })
    const seen = ['{"inner":{},"value":1,"id":5}', '{"id":5,"extra": 1}'].map((record) => `${record}\n`.repeat(20)).join('')
    const { letters } = decodeAll(strict, `${seen}{"inner":{},"value":"x","id":5}\n{"inner":{},"val\n{"id":5,"extra":\n{"id":5,"extra":  1}\n`)
    expect(letters.slice(40).map(({ code, column, key, reason }) => [code, column, key, /field (".*") that/.exec(reason)?.[1]])).toEqual([
      ['FIELD_MISSING', 'inner.must', '5', undefined],
      ['FIELD_MISSING', 'inner.must', null, undefined],
      ['FIELD_UNKNOWN', null, '5', String.raw`"\"extra\":"`],
      ['FIELD_UNKNOWN', null, '5', String.raw`"\"extra\":  "`],
    ])
  })

  test('the key of a bad record is told where it could be read', () => {
    expect(decodeAll(stream, '{"id":5,"value":"x"}\n{"value":true,"id":6}\n{"value":1,"id":').letters.map((letter) => letter.key)).toEqual(['5', '6', null])
  })

  test('a record longer than a MiB is bad, and the next one is read', () => {
    const long = `{"id":1,"value":1,"x":"${'y'.repeat(1 << 20)}"}`
    for (const format of [ndjson, json]) {
      const { rows, letters } = decodeAll(streamOf(columns, { format }), `${long}\n${one}\n`)
      expect(rows).toEqual([row])
      expect(letters.map((letter) => letter.code)).toEqual(['RECORD_TOO_LONG'])
    }
  })
})

describe('JSON', () => {
  const node = streamOf(columns, { format: json })

  test('records stand in an array, or one after the other, over any lines', () => {
    const spread = JSON.stringify(JSON.parse(one), null, 2)
    expect(decodeAll(node, `[${spread},\n${one}]`).rows).toEqual([row, row])
    expect(decodeAll(node, `${one}${spread} ${one}`).rows).toEqual([row, row, row])
  })

  test('what is no object is a bad record of its own', () => {
    const { rows, letters } = decodeAll(node, `[${one},"a,b",7,null,${one}`)
    expect(rows).toHaveLength(2)
    expect(letters.map((letter) => letter.code)).toEqual(['JSON_NOT_OBJECT', 'JSON_NOT_OBJECT', 'JSON_NOT_OBJECT'])
  })
})

describe('lists', () => {
  const readings = streamOf(
    [
      { name: 'id', type: { kind: 'int64' } },
      {
        name: 'values',
        type: {
          kind: 'list',
          element: {
            kind: 'record',
            columns: [
              { name: 'value', type: { kind: 'float64', fromText: true } },
              { name: 'value_type', type: { kind: 'string' } },
              { name: 'tags', type: { kind: 'list', element: { kind: 'int32' } }, optional: true },
            ],
          },
        },
        optional: true,
      },
    ],
    { format: json, key: ['id'] },
  )

  test('a list of objects is a batch of elements', () => {
    const input = '[{"id":1,"values":[{"value":"3.5","value_type":"P1","tags":[1,2]},{"value_type":"P2","value":4}]},{"id":2,"values":[]},{"id":3}]'
    expect(decodeAll(readings, input).rows).toEqual([
      {
        id: 1,
        values: [
          { value: 3.5, value_type: 'P1', tags: [{ '': 1 }, { '': 2 }] },
          { value: 4, value_type: 'P2', tags: null },
        ],
      },
      { id: 2, values: [] },
      { id: 3, values: null },
    ])
  })

  test('a bad element makes its record bad and leaves no elements behind', () => {
    const bad = '{"id":1,"values":[{"value":"1","value_type":"a","tags":[1,2]},{"value":"x","value_type":"b"}]}'
    const good = '{"id":2,"values":[{"value":"1","value_type":"a","tags":[3]}]}'
    const { rows, letters } = decodeAll(readings, `${bad}${good}`)
    expect(rows).toEqual([{ id: 2, values: [{ value: 1, value_type: 'a', tags: [{ '': 3 }] }] }])
    expect(letters[0]).toMatchObject({ code: 'VALUE_NOT_NUMBER', column: 'values', key: '1' })
  })
})
