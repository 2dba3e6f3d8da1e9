import type { Batch } from '@millrace/columns'
import type { Decoder } from '@millrace/formats'
import type { LocalLog } from '@millrace/testing'
import { describe, expect, test } from 'vitest'
import { merging } from '../../test/plans.ts'
import type { ByteInput } from './byte-input.ts'
import { type DriveOptions, drive, type OpenInput } from './drive.ts'
import type { Clock } from './pace.ts'

const node = merging.streams['left'] as OpenInput['node']

/** An input whose chunks are texts of times, decoded into a reused batch as a real decoder does. */
function inputOf(stream: string, chunks: readonly string[], live = false): OpenInput {
  const values = new Float64Array(16)
  const batch: Batch = { rows: 0, fields: [{ name: 'at', type: 'timestamp', nullable: false }], columns: [{ kind: 'timestamp', values, validity: null }] }
  let sink: (batch: Batch) => void = () => {}
  const decoder: Partial<Decoder> = {
    push(bytes) {
      const times = Buffer.from(bytes).toString().split(' ').map(Number)
      values.fill(Number.NaN)
      times.forEach((time, row) => {
        values[row] = time
      })
      sink({ ...batch, rows: times.length })
    },
    flush() {},
    end() {},
  }
  const rest = [...chunks]
  const bytes: ByteInput = {
    name: stream,
    sizeBytes: null,
    readBytes: 0,
    live,
    next: async () => {
      const text = rest.shift()
      return text === undefined ? null : Buffer.from(text)
    },
    close: async () => {},
  }
  return {
    stream,
    node,
    bytes,
    decoder: decoder as Decoder,
    take: (given) => {
      sink = given
    },
  }
}

function recordingLog(onAppend: (at: string) => void): LocalLog {
  const log: Partial<LocalLog> = {
    append(stream, batch, from = 0, to = batch.rows) {
      const [column] = batch.columns
      for (let row = from; row < to; row++) onAppend(`${stream} ${column?.kind === 'timestamp' ? column.values[row] : ''}`)
    },
  }
  return log as LocalLog
}

function optionsOf(more: Partial<DriveOptions> = {}): DriveOptions {
  return { speed: 0, clock: virtualClock(), stopped: new Promise(() => {}), isStopped: () => false, afterChunk: () => {}, ...more }
}

function virtualClock(): Clock {
  let now = 1_000
  return {
    nowMs: () => now,
    sleep: async (ms) => {
      now += ms
    },
  }
}

describe('driving a run', () => {
  test('one input keeps its order', async () => {
    const seen: string[] = []
    expect(
      await drive(
        [inputOf('a', ['5 3', '9'])],
        recordingLog((at) => seen.push(at)),
        optionsOf(),
      ),
    ).toBe(true)
    expect(seen).toEqual(['a 5', 'a 3', 'a 9'])
  })

  test('several inputs merge by event time, also where their batches are reused', async () => {
    const seen: string[] = []
    await drive(
      [inputOf('a', ['1 4', '6']), inputOf('b', ['2 3', '5 6'])],
      recordingLog((at) => seen.push(at)),
      optionsOf(),
    )
    expect(seen).toEqual(['a 1', 'b 2', 'b 3', 'a 4', 'b 5', 'a 6', 'b 6'])
  })

  test("at a speed, records come when they are due by the data's clock", async () => {
    const clock = virtualClock()
    const seen: string[] = []
    await drive(
      [inputOf('a', ['100000 101000 99000 160000'])],
      recordingLog((at) => seen.push(`${at} @${Math.round(clock.nowMs() - 1_000)}`)),
      optionsOf({ speed: 60, clock }),
    )
    expect(seen).toEqual(['a 100000 @0', 'a 101000 @17', 'a 99000 @17', 'a 160000 @1000'])
  })

  test('a run that is stopped reads no further and says so', async () => {
    const seen: string[] = []
    let stopped = false
    const options = optionsOf({
      isStopped: () => stopped,
      afterChunk: () => {
        stopped = true
      },
    })
    expect(
      await drive(
        [inputOf('a', ['1', '2', '3'])],
        recordingLog((at) => seen.push(at)),
        options,
      ),
    ).toBe(false)
    expect(seen).toEqual(['a 1'])
  })

  test('a stop does not wait for an input that has nothing to say', async () => {
    const silent = inputOf('a', [])
    let stopped = false
    const stop = new Promise<void>((resolve) =>
      setImmediate(() => {
        stopped = true
        resolve()
      }),
    )
    const waiting: OpenInput = { ...silent, bytes: { ...silent.bytes, next: () => new Promise(() => {}) } }
    expect(
      await drive(
        [waiting],
        recordingLog(() => {}),
        optionsOf({ stopped: stop, isStopped: () => stopped }),
      ),
    ).toBe(false)
  })
})
