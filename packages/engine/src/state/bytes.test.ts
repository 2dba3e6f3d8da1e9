import { MillraceError } from '@millrace/plan'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StateReader, StateWriter } from './bytes.ts'

/** Lengths around that from which arrays are copied late, in bytes. */
const length = fc.oneof(fc.nat(20), fc.integer({ min: 1000, max: 2100 }))
const floats = length.map((bytes) => Float64Array.from({ length: bytes >> 3 }, (_, at) => at / 3))
const ints = length.map((bytes) => Int32Array.from({ length: bytes >> 2 }, (_, at) => at * 77_777))
const octets = length.map((bytes) => Uint8Array.from({ length: bytes }, (_, at) => at * 7))
const writings = fc.array(fc.oneof(fc.double(), fc.string(), floats, ints, octets, fc.array(floats, { maxLength: 3 })))
type Writing = number | string | Float64Array | Int32Array | Uint8Array | Float64Array[]

function write(writer: StateWriter, writing: Writing): void {
  if (typeof writing === 'number') writer.number(writing)
  else if (typeof writing === 'string') writer.text(writing)
  else if (!Array.isArray(writing)) writer.array(writing)
  else
    writer.section(() => {
      for (const values of writing) writer.array(values)
    })
}

function read(reader: StateReader, like: Writing): Writing {
  if (typeof like === 'number') return reader.number()
  if (typeof like === 'string') return reader.text()
  if (like instanceof Float64Array) return reader.float64()
  if (like instanceof Int32Array) return reader.int32()
  if (like instanceof Uint8Array) return reader.uint8()
  const section = reader.section()
  const found: Float64Array[] = []
  while (!section.isDone) found.push(section.float64())
  return found
}

function written(all: readonly Writing[]): StateWriter {
  const writer = new StateWriter()
  for (const writing of all) write(writer, writing)
  return writer
}

describe('bytes of state', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(writings, (all) => {
        const reader = new StateReader(written(all).done())
        expect(all.map((like) => read(reader, like))).toEqual(all)
        expect(reader.isDone).toBe(true)
      }),
    )
  })

  it('do not depend on the memory that takes them', () => {
    fc.assert(
      fc.property(writings, fc.nat(20), (all, spare) => {
        const own = written(all).done()
        const dirty = new Uint8Array(own.length + spare).fill(0xff)
        expect(written(all).done((bytes) => dirty.subarray(0, bytes + spare))).toEqual(own)
        const shared = new Uint8Array(new SharedArrayBuffer(own.length))
        expect(
          Buffer.compare(
            written(all).done(() => shared),
            own,
          ),
        ).toBe(0)
      }),
    )
  })

  it('are asked for once, and all', () => {
    const asked: number[] = []
    const writer = written([1, new Float64Array(1000), 'text'])
    const bytes = writer.done((length) => {
      asked.push(length)
      return new Uint8Array(length)
    })
    expect(asked).toEqual([bytes.length])
    expect(writer.byteLength).toBe(bytes.length)
  })

  it('that end too early are refused', () => {
    const all = [1, 'text', new Int32Array(3), [new Float64Array(2)]]
    const bytes = written(all).done()
    for (let length = 0; length < bytes.length; length += 8) {
      const reader = new StateReader(bytes.subarray(0, length))
      expect(() => all.map((like) => read(reader, like))).toThrow(MillraceError)
    }
  })
})
