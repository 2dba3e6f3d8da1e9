import type { Batch } from '@millrace/columns'
import { type DeadLetters, openDecoder } from '@millrace/formats'
import type { Plan, StreamNode } from '@millrace/plan'
import type { ByteInput } from './byte-input.ts'
import type { OpenInput } from './drive.ts'
import type { ProgressState } from './progress.ts'

/** An input of a stream, with its decoder. */
export function openInput(plan: Plan, stream: string, bytes: ByteInput, deadLetters: (letters: DeadLetters) => void): OpenInput {
  const node = plan.streams[stream] as StreamNode
  let take: (batch: Batch) => void = () => {}
  const decoder = openDecoder(stream, node, { batch: (batch: Batch) => take(batch), deadLetters })
  return {
    stream,
    node,
    decoder,
    bytes,
    take(sink) {
      take = sink
    },
  }
}

/** How far the inputs are read. */
export function progressOf(inputs: readonly OpenInput[]): ProgressState {
  const sizes = inputs.map(({ bytes }) => bytes.sizeBytes)
  return {
    readBytes: inputs.reduce((total, { bytes }) => total + bytes.readBytes, 0),
    sizeBytes: sizes.reduce<number | null>((total, size) => (total === null || size === null ? null : total + size), 0),
    records: inputs.reduce((total, { decoder }) => total + decoder.stats().records, 0),
  }
}
