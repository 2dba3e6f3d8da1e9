import { type DeadLetter, deadLetterLine, type DeadLetters as NewLetters } from '@millrace/formats'
import type { FdWriter } from '../fd-writer.ts'

/** Counts bad records and keeps the first of each kind; writes all of them where there is a file. */
export class DeadLetters {
  count = 0
  readonly byCode = new Map<string, number>()
  readonly first: DeadLetter[] = []
  private readonly writer: FdWriter | null

  constructor(writer: FdWriter | null) {
    this.writer = writer
  }

  /** A letter is only made where somebody will read it. */
  take(letters: NewLetters): void {
    for (let i = 0; i < letters.count; i++) {
      if (this.writer !== null || !this.byCode.has(letters.codeAt(i))) this.add(letters.at(i))
      else this.tally(letters.codeAt(i))
    }
  }

  /** Counts letters whose lines are written by `write`. */
  note(letters: NewLetters): void {
    for (let i = 0; i < letters.count; i++) if (this.tally(letters.codeAt(i)) === 1) this.first.push(letters.at(i))
  }

  /** Lines as `deadLetterLine` makes them. */
  write(lines: Uint8Array): void {
    this.writer?.write(lines)
  }

  add(letter: DeadLetter): void {
    if (this.tally(letter.code) === 1) this.first.push(letter)
    this.writer?.write(Buffer.from(`${JSON.stringify(deadLetterLine(letter))}\n`))
  }

  /** Answers how many of the code there are by now. */
  private tally(code: string): number {
    this.count++
    const seen = (this.byCode.get(code) ?? 0) + 1
    this.byCode.set(code, seen)
    return seen
  }
}
