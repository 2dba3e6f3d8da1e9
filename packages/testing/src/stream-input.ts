import type { Batch } from '@millrace/columns'
import { type DeadLetter, type Decoder, openDecoder } from '@millrace/formats'
import type { StreamNode } from '@millrace/plan'
import { type RecordObject, recordText } from './record-text.ts'

const encoder = new TextEncoder()

/** A test sends few records at a time; room for many is not made then. */
const smallBatchRows = 64

/** What one stream of a test takes: records as objects, and text of the stream's format as a file would hold it. */
export class StreamInput {
  private readonly name: string
  private readonly stream: StreamNode
  private readonly append: (batch: Batch) => void
  private readonly refuse: (letter: DeadLetter) => void
  // A header in the text must not change how objects are written, so each has a decoder of its own.
  private objects: Decoder | null = null
  private text: Decoder | null = null

  constructor(name: string, stream: StreamNode, append: (batch: Batch) => void, refuse: (letter: DeadLetter) => void) {
    this.name = name
    this.stream = stream
    this.append = append
    this.refuse = refuse
  }

  pushRecords(records: readonly RecordObject[]): void {
    const first = this.objects === null
    this.objects ??= this.open(smallBatchRows)
    this.objects.push(encoder.encode(recordText(this.stream, records, first)))
    this.objects.flush()
  }

  pushText(text: string | Uint8Array): void {
    this.text ??= this.open()
    this.text.push(typeof text === 'string' ? encoder.encode(text.endsWith('\n') ? text : `${text}\n`) : text)
    this.text.flush()
  }

  end(): void {
    this.objects?.end()
    this.text?.end()
  }

  private open(batchRows?: number): Decoder {
    return openDecoder(this.name, this.stream, { batch: this.append, deadLetters: (letters) => Array.from(letters, this.refuse) }, { batchRows })
  }
}
