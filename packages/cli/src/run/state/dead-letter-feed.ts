import { type DeadLetters, deadLetterLine } from '@millrace/formats'
import { deadStream } from '@millrace/jobs'
import type { Log, NewChunk } from '@millrace/log'
import type { Waiting } from './waiting.ts'

const mostBytes = 16 << 20

/** Letters of one input that are appended together. */
interface Collected {
  readonly input: number
  readonly stream: string
  readonly lines: Uint8Array[]
  /** Number of the last one's record in its input. */
  record: number
}

/**
 * Appends dead letters, in the order in which they were found. Each input is a producer of its own, whose sequence is the
 * number of the record: where batches begin and end, and how records of several inputs merge, changes nothing.
 */
export class DeadLetterFeed {
  private readonly log: Log
  private readonly tenant: string
  private readonly producer: string | null
  private readonly waiting: Waiting
  private readonly appendedUpTo = new Map<number, number>()
  private collected: Collected[] = []
  private bytes = 0

  constructor(log: Log, tenant: string, producer: string | null, waiting: Waiting) {
    this.log = log
    this.tenant = tenant
    this.producer = producer
    this.waiting = waiting
  }

  take(input: number, stream: string, letters: DeadLetters): void {
    const upTo = this.upTo(input)
    for (const letter of letters) {
      if (letter.record <= upTo) continue
      const line = Buffer.from(`${JSON.stringify(deadLetterLine(letter))}\n`)
      const group = this.groupOf(input, stream)
      group.lines.push(line)
      group.record = letter.record
      this.bytes += line.length
    }
    if (this.bytes >= mostBytes) this.flush()
  }

  flush(): void {
    const { collected, tenant, producer } = this
    this.collected = []
    this.bytes = 0
    for (const group of collected) {
      const accepted = producer !== null && { producer: { id: producerOf(producer, group.input), sequence: group.record } }
      this.waiting.add(this.log.append({ tenant, chunks: [chunkOf(group)], ...accepted }))
    }
  }

  private groupOf(input: number, stream: string): Collected {
    const last = this.collected.at(-1)
    if (last?.input === input) return last
    const group = { input, stream, lines: [], record: 0 }
    this.collected.push(group)
    return group
  }

  private upTo(input: number): number {
    const known = this.appendedUpTo.get(input)
    if (known !== undefined) return known
    const upTo = this.producer === null ? 0 : (this.log.producerSequence(this.tenant, producerOf(this.producer, input)) ?? 0)
    this.appendedUpTo.set(input, upTo)
    return upTo
  }
}

function producerOf(producer: string, input: number): string {
  return `${producer}/dead/${input}`
}

function chunkOf({ stream, lines }: Collected): NewChunk {
  return { stream: deadStream(stream), kind: 'bytes', rows: lines.length, schema: 0, payload: new Uint8Array(Buffer.concat(lines)) }
}
