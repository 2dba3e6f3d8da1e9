import { MillraceError } from '@millrace/plan'
import { describe, expect, it } from 'vitest'
import type { NewChunk } from '../chunk.ts'
import { checkAppend, maxAppendBytes, maxPayloadBytes } from './check-append.ts'

const chunk: NewChunk = { stream: 's', kind: 'batch', rows: 2, schema: 0, payload: new Uint8Array(3) }
const of = (change: Partial<NewChunk>) => ({ tenant: 't', chunks: [{ ...chunk, ...change }] })
const codeOf = (check: () => unknown): string => {
  try {
    check()
    return 'fits'
  } catch (error) {
    return error instanceof MillraceError ? error.code : String(error)
  }
}

describe('an append', () => {
  it.each([
    ['a plain one', of({}), 'fits'],
    ['names of 128 characters', { tenant: 'ü'.repeat(128), chunks: [{ ...chunk, stream: '../x' }] }, 'fits'],
    ['an empty name', of({ stream: '' }), 'LOG_NAME'],
    ['a name of 129 characters', { tenant: 'x'.repeat(129), chunks: [chunk] }, 'LOG_NAME'],
    ['a line feed in a name', of({ stream: 'a\nb' }), 'LOG_NAME'],
    ['half a character in a name', of({ stream: '\ud800' }), 'LOG_NAME'],
    ['a producer without a name', { ...of({}), producer: { id: '', sequence: 1 } }, 'LOG_NAME'],
    ['a producer with half a sequence', { ...of({}), producer: { id: 'p', sequence: 1.5 } }, 'LOG_APPEND'],
    ['a producer with a negative sequence', { ...of({}), producer: { id: 'p', sequence: -1 } }, 'LOG_APPEND'],
    ['no chunk', { tenant: 't', chunks: [] }, 'LOG_APPEND'],
    ['no row', of({ rows: 0 }), 'LOG_APPEND'],
    ['half a row', of({ rows: 1.5 }), 'LOG_APPEND'],
    ['a negative schema', of({ schema: -1 }), 'LOG_APPEND'],
    ['an unknown kind', of({ kind: 'table' as 'batch' }), 'LOG_APPEND'],
    ['a tick', of({ kind: 'tick', rows: 1, payload: new Uint8Array() }), 'fits'],
    ['a tick of two rows', of({ kind: 'tick', rows: 2, payload: new Uint8Array() }), 'LOG_APPEND'],
    ['an end with a payload', of({ kind: 'end', rows: 1 }), 'LOG_APPEND'],
    ['a payload of 64 MiB', of({ payload: new Uint8Array(maxPayloadBytes) }), 'fits'],
    ['a larger payload', of({ payload: new Uint8Array(maxPayloadBytes + 1) }), 'LOG_APPEND'],
    ['too much in all', { tenant: 't', chunks: Array.from({ length: 5 }, () => ({ ...chunk, payload: new Uint8Array(maxAppendBytes / 4) })) }, 'LOG_APPEND'],
  ])('with %s', (_, append, code) => {
    expect(codeOf(() => checkAppend(append))).toBe(code)
  })
})
