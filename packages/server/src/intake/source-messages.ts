import type { NewChunk } from '@millrace/log'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import { Decoding } from './decoding.ts'
import { makeDurable } from './durable.ts'
import type { IntakeReceipt } from './intake.ts'
import type { IntakeParts } from './intake-parts.ts'

/** Many bad records make much more of their messages: so much is appended before the rest. An append of the log holds twice as much. */
const mostCollectedBytes = 32 << 20

/** Appends the messages that a source brings at once, and `also` together with the last of them. */
export async function sourceMessages(
  parts: IntakeParts,
  stream: RegisteredStream,
  bodies: readonly Uint8Array[],
  also: readonly NewChunk[],
): Promise<Pick<IntakeReceipt, 'accepted' | 'rejected' | 'repeated'>> {
  const decoding = new Decoding(parts, stream, stream.node.format)
  let repeated = 0
  const append = async (more: readonly NewChunk[]): Promise<void> => {
    await decoding.flush()
    const { chunks, bytes } = decoding.take()
    const appended = await makeDurable(parts, stream, { chunks: [...chunks, ...more], bytes })
    repeated += appended.repeated.length
  }
  try {
    await parts.room.wait(stream.tenant)
    await decoding.inputs(bodies, () => (decoding.collected.bytes > mostCollectedBytes ? append([]) : undefined))
    await append(also)
    const { accepted, rejected } = decoding.collected
    return { accepted: accepted - repeated, rejected, repeated }
  } catch (error) {
    parts.room.release(stream.tenant, decoding.take().bytes)
    throw error
  } finally {
    decoding.close()
  }
}
