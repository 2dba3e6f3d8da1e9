import type { StreamNode } from '@millrace/plan'
import { describe, expect, it } from 'vitest'
import { recordText } from './record-text.ts'
import { timeText } from './time-text.ts'

const at = new Date('2026-03-29T00:30:05.250Z')

const node: StreamNode = {
  schema: {
    columns: [
      { name: 'id', from: 'ID', type: { kind: 'int64' } },
      { name: 'at', type: { kind: 'timestamp', format: 'yyyy-MM-dd HH:mm:ss', zone: 'Europe/Berlin' } },
      { name: 'note', type: { kind: 'string' } },
    ],
  },
  format: { kind: 'csv', separator: ';', header: 'present' },
  time: 'at',
  withoutTime: 'reject',
  watermark: { kind: 'monotonic' },
  idleTimeoutMs: null,
  maxAheadMs: 0,
  unknownFields: 'lenient',
  key: [],
}

describe('records as a sender writes them', () => {
  it('a time is written in the format of its column', () => {
    const text = (format: string, zone?: string) => timeText({ kind: 'timestamp', format, ...(zone !== undefined && { zone }) }, at.getTime())
    expect(text('iso')).toBe('2026-03-29T00:30:05.250Z')
    expect(text('iso', '+02:00')).toBe('2026-03-29T02:30:05.250')
    expect(text('epoch-s')).toBe(1774744205.25)
    expect(text('epoch-ms')).toBe(1774744205250)
    expect(text('epoch-us')).toBe(1774744205250000)
    expect(text('yyyy-MM-dd HH:mm:ss.SSS z')).toBe('2026-03-29 00:30:05.250 UTC')
    expect(text("yyyy-MM-dd'T'HH:mm:ss z", 'Europe/Berlin')).toBe('2026-03-29T01:30:05 Europe/Berlin')
  })

  it('CSV has the header that the format asks for, once, and the names of the input', () => {
    const record = { id: 1, at, note: 'a' }
    expect(recordText(node, [record], true)).toBe('ID;at;note\n1;2026-03-29 01:30:05;a\n')
    expect(recordText(node, [record], false)).toBe('1;2026-03-29 01:30:05;a\n')
  })

  it('CSV quotes what would fall apart and leaves missing values empty', () => {
    expect(recordText(node, [{ id: null, at: 'not a time', note: 'a;"b"\n' }], false)).toBe(';not a time;"a;""b""\n"\n')
  })

  it('JSON keeps nested records and lists, and drops what is undefined', () => {
    const polls: StreamNode = {
      ...node,
      format: { kind: 'ndjson' },
      schema: {
        columns: [
          {
            name: 'body',
            type: { kind: 'list', element: { kind: 'record', columns: [{ name: 'at', from: 't', type: { kind: 'timestamp', format: 'epoch-s' } }] } },
          },
        ],
      },
    }
    expect(recordText(polls, [{ body: [{ at, x: undefined }, null], unknown: true }], true)).toBe('{"body":[{"t":1774744205.25},null],"unknown":true}\n')
  })
})
