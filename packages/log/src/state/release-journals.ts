import { join } from 'node:path'
import { makeDurableDirectory, removeIfThere, writeSyncedFile } from '../files/durable.ts'
import type { Files } from '../files/files.ts'
import { journalName } from '../journal/layout.ts'
import { closeJournal, type JournalFile } from './journal-file.ts'
import type { LogState } from './log-state.ts'
import type { ManifestFile } from './manifest-file.ts'
import { encodeProducers } from './producers-checkpoint.ts'

/** Checkpoints up to this size delay nothing. */
const smallBytes = 1 << 20

/** Lets closed journals go of which no chunk is needed any more. What they tell of producers goes to a checkpoint first. */
export class JournalRelease {
  readonly #files: Files
  readonly #directory: string
  readonly #state: LogState
  readonly #manifest: ManifestFile
  /** Of the newest checkpoint that was begun. */
  #checkpoint: number
  /** Of the newest one; 0: not known yet. */
  #checkpointBytes = 0
  /** Removes what the saved manifest does not name any more. */
  readonly #obsolete: (() => Promise<void>)[] = []

  constructor(files: Files, directory: string, state: LogState, manifest: ManifestFile) {
    this.#files = files
    this.#directory = directory
    this.#state = state
    this.#manifest = manifest
    this.#checkpoint = checkpointNumber(state.producersFile ?? '') ?? 0
  }

  /** Saves the manifest without them, then removes them; damaged ones are kept aside. `all`: also where they are few. */
  async release(all: boolean): Promise<void> {
    const state = this.#state
    const going = state.journals.filter(({ closed, chunks }) => closed && chunks === 0)
    // The checkpoint may tell of producers that were erased since.
    const isStale = all && state.producersFile !== null
    if (!isStale && (going.length === 0 || (!all && this.#areFew(going)))) return this.#removeObsolete()
    const producersBefore = state.producersFile
    state.producersFile = await this.#writeCheckpoint()
    state.journals = state.journals.filter((journal) => !going.includes(journal))
    try {
      await this.#manifest.save()
    } catch (error) {
      state.journals = [...going, ...state.journals].sort((a, b) => a.number - b.number)
      throw error
    }
    if (producersBefore !== null) this.#obsolete.push(() => removeIfThere(this.#files, this.#directory, producersBefore))
    for (const journal of going) this.#obsolete.push(() => this.#remove(journal))
    for (const journal of going) await closeJournal(journal)
    await this.#removeObsolete()
  }

  /** A checkpoint names all producers, perhaps a million: writing it takes no more than a quarter of what goes for it. */
  #areFew(going: readonly JournalFile[]): boolean {
    return this.#checkpointBytes > smallBytes && going.reduce((sum, { bytes }) => sum + bytes, 0) < this.#checkpointBytes * 4
  }

  /** What cannot be removed now is tried again, at the latest when the log is opened. */
  async #removeObsolete(): Promise<void> {
    if (this.#state.copies > 0) return
    const left = this.#obsolete.splice(0)
    for (const [index, remove] of left.entries()) {
      try {
        await remove()
      } catch (error) {
        this.#obsolete.push(...left.slice(index))
        throw error
      }
    }
  }

  async #writeCheckpoint(): Promise<string | null> {
    const content = await encodeProducers(this.#state)
    this.#checkpointBytes = content?.reduce((sum, { length }) => sum + length, 0) ?? 0
    if (content === null) return null
    this.#checkpoint++
    const name = `producers-${String(this.#checkpoint).padStart(10, '0')}`
    await writeSyncedFile(this.#files, join(this.#directory, name), content)
    await this.#files.syncDirectory(this.#directory)
    return name
  }

  async #remove(journal: JournalFile): Promise<void> {
    if (!journal.damaged) return removeIfThere(this.#files, join(this.#directory, 'journals'), journalName(journal.number))
    const quarantine = join(this.#directory, 'quarantine')
    await makeDurableDirectory(this.#files, quarantine)
    await this.#files.rename(journal.path, join(quarantine, journalName(journal.number)))
    await this.#files.syncDirectory(quarantine)
  }
}

/** The number in the name of a checkpoint of producers; null: it is none. */
export function checkpointNumber(name: string): number | null {
  const match = /^producers-(\d+)$/.exec(name)
  return match === null ? null : Number(match[1])
}
