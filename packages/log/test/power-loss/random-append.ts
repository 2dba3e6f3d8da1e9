import type { ChunkKind } from '@millrace/log'
import type { Random } from '@millrace/log/testing'
import type { ModelAppend, ModelChunk } from './model.ts'
import { makeChunk } from './payload.ts'

const kinds: Readonly<Record<string, readonly ChunkKind[]>> = {
  readings: ['batch', 'batch', 'batch', 'paused', 'resumed'],
  'Übung/../7': ['batch'],
  letters: ['bytes'],
  progress: ['mark'],
  clock: ['tick', 'tick', 'end'],
}
export const streams = Object.keys(kinds)

/** An append of one to five chunks to random streams. */
export function randomAppend(random: Random, id: number, producer?: ModelAppend['producer']): ModelAppend {
  const chunks: ModelChunk[] = []
  let offset = 0
  for (let index = random.pick([1, 1, 1, 2, 3, 5]); index > 0; index--) {
    const stream = random.pick(streams)
    const kind = random.pick(kinds[stream]!)
    const rows = kind === 'batch' || kind === 'bytes' ? random.pick([1, 1, 3, 10, 40]) : 1
    chunks.push({ new: makeChunk(id, chunks.length, { stream, kind, rows }, random.pick([0, 5, 5, 64])), offset, erased: 'no', gone: false, doomed: false })
    offset += rows
  }
  return { id, chunks, fate: 'waiting', sequence: null, ingestionMs: null, ...(producer && { producer }) }
}

/** The same with log times of their own for its rows, from some time on. */
export function withTimes(append: ModelAppend, fromMs: number, random: Random): ModelAppend {
  let ms = fromMs
  const chunks = append.chunks.map((chunk) => {
    const ingestionMs = Float64Array.from({ length: chunk.new.rows }, () => (ms += random.pick([0, 0, 0, 1, 500])))
    return { ...chunk, new: { ...chunk.new, ingestionMs } }
  })
  return { ...append, chunks }
}
