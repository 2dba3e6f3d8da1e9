import { type JournalFile, readInto } from '../state/journal-file.ts'

const bytesARead = 4 << 20

/** Holds closed journals in memory while many streams are rewritten from them: the chunks of one lie too far apart to be read together. */
export class HeldJournals {
  /** Used again: memory of this size that comes and goes makes the collector run. */
  #memory: Uint8Array[] = []
  #journals: readonly JournalFile[] = []

  /** Where one cannot be read none is held: only who needs the bad place in it fails then. */
  async hold(journals: readonly JournalFile[]): Promise<void> {
    this.#journals = journals
    try {
      for (const [place, journal] of journals.entries()) await this.#read(journal, this.#room(place, journal.bytes))
    } catch {
      this.release()
    }
  }

  /** They are read from their files again. */
  release(): void {
    for (const journal of this.#journals) journal.whole = null
    this.#journals = []
  }

  /** Gives the memory back. */
  free(): void {
    this.#memory = []
  }

  async #read(journal: JournalFile, whole: Uint8Array): Promise<void> {
    for (let at = 0; at < whole.length && !journal.gone; at += bytesARead) await readInto(journal, whole.subarray(at, at + bytesARead), at)
    if (!journal.gone) journal.whole = whole
  }

  #room(place: number, bytes: number): Uint8Array {
    const kept = this.#memory[place]
    const memory = kept !== undefined && kept.length >= bytes ? kept : Buffer.allocUnsafeSlow(bytes)
    this.#memory[place] = memory
    return memory.subarray(0, bytes)
  }
}
