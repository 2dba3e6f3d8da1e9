import { setImmediate } from 'node:timers/promises'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import { type Counts as DecodedCounts, Decoding } from './decoding.ts'
import { makeDurable, recordsOf } from './durable.ts'
import type { IntakeReceipt } from './intake.ts'
import type { IntakeParts } from './intake-parts.ts'

/** Bytes that a group takes; what comes then begins another. */
const groupBytes = 1 << 20
/** Many bad records make much more of their messages: so much is appended before the rest. */
const mostCollectedBytes = 4 << 20

type Counts = Pick<IntakeReceipt, 'accepted' | 'rejected' | 'repeated'>

interface Group {
  readonly messages: Uint8Array[]
  bytes: number
  readonly durable: Promise<readonly Counts[]>
}

/** Small messages: those of a stream that come while others are decoded go on together, as one append. */
export class MessageGroups {
  readonly #parts: IntakeParts
  readonly #open = new Map<string, Group>()

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  /** Resolves once the records of the message are durable. */
  async add(stream: RegisteredStream, message: Uint8Array): Promise<Counts> {
    const { room } = this.#parts
    await room.wait(stream.tenant)
    room.hold(stream.tenant, message.length)
    try {
      return await this.#join(stream, message)
    } finally {
      room.release(stream.tenant, message.length)
    }
  }

  async #join(stream: RegisteredStream, message: Uint8Array): Promise<Counts> {
    const key = JSON.stringify([stream.tenant, stream.name, stream.version])
    const group = this.#open.get(key) ?? this.#begin(key, stream)
    const index = group.messages.push(message) - 1
    group.bytes += message.length
    if (group.bytes >= groupBytes) this.#open.delete(key)
    return (await group.durable)[index] as Counts
  }

  #begin(key: string, stream: RegisteredStream): Group {
    const messages: Uint8Array[] = []
    const group = { messages, bytes: 0, durable: this.#run(stream, messages, () => this.#open.get(key) === group && this.#open.delete(key)) }
    this.#open.set(key, group)
    return group
  }

  async #run(stream: RegisteredStream, messages: readonly Uint8Array[], close: () => void): Promise<readonly Counts[]> {
    const decoding = new Decoding(this.#parts, stream, stream.node.format)
    try {
      await decoding.borrow()
      // What the sockets bring in this turn of the event loop comes together.
      await setImmediate()
      close()
      const repeated: number[] = []
      let rows = 0
      const append = async (): Promise<void> => {
        await decoding.flush()
        const taken = decoding.take()
        const appended = await makeDurable(this.#parts, stream, taken)
        for (const row of appended.repeated) repeated.push(rows + row)
        rows += recordsOf(taken)
      }
      const counts = await decoding.inputs(messages, () => (decoding.collected.bytes > mostCollectedBytes ? append() : undefined))
      await append()
      decoding.close()
      return withRepeated(counts, repeated)
    } catch (error) {
      close()
      this.#parts.room.release(stream.tenant, decoding.take().bytes)
      throw error
    } finally {
      decoding.close()
    }
  }
}

/** `repeated`: rows of all messages, one after the other, that were not kept again. */
function withRepeated(counts: readonly DecodedCounts[], repeated: readonly number[]): readonly Counts[] {
  let at = 0
  let rows = 0
  return counts.map(({ accepted, rejected }) => {
    const before = at
    rows += accepted
    while (at < repeated.length && (repeated[at] as number) < rows) at++
    return { accepted: accepted - (at - before), rejected, repeated: at - before }
  })
}
