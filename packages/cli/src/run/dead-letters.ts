import type { DeadLetter } from '@millrace/formats'
import type { FdWriter } from '../fd-writer.ts'

/** Counts bad records and keeps the first of each kind; writes all of them where there is a file. */
export class DeadLetters {
  count = 0
  readonly byCode = new Map<string, number>()
  readonly first: DeadLetter[] = []
  private readonly writer: FdWriter | null
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

  constructor(writer: FdWriter | null) {
    this.writer = writer
  }

  add(letter: DeadLetter): void {
    this.count++
    const seen = this.byCode.get(letter.code) ?? 0
    this.byCode.set(letter.code, seen + 1)
    if (seen === 0) this.first.push(letter)
    this.writer?.write(Buffer.from(`${JSON.stringify(this.line(letter))}\n`))
  }

  /** The bytes as `text` where they are UTF-8, else as `base64`: either gives them back exactly. */
  private line({ stream, record, byteOffset, bytes, column, code, reason, key }: DeadLetter): object {
    const place = { stream, record, byteOffset, column, code, reason, key }
    try {
      return { ...place, text: this.decoder.decode(bytes) }
    } catch {
      return { ...place, base64: Buffer.from(bytes).toString('base64') }
    }
  }
}
