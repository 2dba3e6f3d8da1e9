import type { KafkaSink } from '@millrace/api/schemas'
import type { RefusedRow, SinkRows } from '../contract.ts'
import { rowKey } from '../row-key.ts'
import { rowLines } from '../row-lines.ts'
import { compileTemplate, type Row } from '../template.ts'
import { partitionOf } from './murmur2.ts'
import type { PartitionMessage } from './transactions.ts'

const positionHeader = Buffer.from('millrace-position')
/** Of a message in a batch of its own, beside key and value: at most. */
const overheadBytes = 150
const defaultMaxBytes = 1_000_000

export interface PageMessages {
  /** Each holds, of every partition, at most what one message may have. */
  readonly rounds: readonly (readonly PartitionMessage[])[]
  readonly refused: readonly RefusedRow[]
}

/** Rows from a position on as messages, in their order within each partition. Errors: CONNECTOR_REFUSED (the key's template). */
export function messagesOf(rows: SinkRows, settings: KafkaSink, partitions: number, from: number): PageMessages {
  const keyOf = keyReader(rows, settings.key)
  const maxBytes = settings.maxMessageBytes ?? defaultMaxBytes
  const rounds = new Rounds(maxBytes)
  const refused: RefusedRow[] = []
  for (const [row, value] of rowLines(rows.lines).entries()) {
    const position = rows.positions[row]!
    const key = Buffer.from(keyOf(value))
    const bytes = key.length + value.length + overheadBytes
    if (bytes > maxBytes) refused.push({ row, reason: `its message of ${bytes} bytes is larger than maxMessageBytes, ${maxBytes}` })
    else if (position >= from) rounds.add(messageOf(settings.topic, partitionOf(key, partitions), key, value, position), bytes)
  }
  return { rounds: rounds.all, refused }
}

function keyReader({ key, fields }: SinkRows, template: string | undefined): (line: Buffer) => string {
  if (template === undefined) return (line) => rowKey(line, key)
  const keyOf = compileTemplate('Kafka', template, fields)
  return (line) => keyOf(JSON.parse(line.toString()) as Row)
}

function messageOf(topic: string, partition: number, key: Buffer, value: Buffer, position: number): PartitionMessage {
  return { topic, partition, key, value, headers: new Map([[positionHeader, Buffer.from(String(position))]]) }
}

/** A topic's limit is one of batches, and a request has one batch a partition. */
class Rounds {
  readonly all: PartitionMessage[][] = []
  private readonly maxBytes: number
  /** By partition: its last round, and the bytes in it. */
  private readonly filled = new Map<number, { round: number; bytes: number }>()

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
  }

  add(message: PartitionMessage, bytes: number): void {
    const last = this.filled.get(message.partition) ?? { round: 0, bytes: 0 }
    const fits = last.bytes + bytes <= this.maxBytes
    const filled = fits ? { round: last.round, bytes: last.bytes + bytes } : { round: last.round + 1, bytes }
    this.filled.set(message.partition, filled)
    this.all[filled.round] ??= []
    this.all[filled.round]!.push(message)
  }
}
