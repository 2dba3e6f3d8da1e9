import { removeIfThere } from '../files/durable.ts'
import type { Files } from '../files/files.ts'
import type { LogState } from '../state/log-state.ts'
import type { OpenSegments } from './open-segments.ts'

/** Keeps the order of durability: first the manifest, then what it no longer names is removed. */
export class StoredState {
  /** Files that no manifest names any more were left, as a copy of the log might need them. */
  leftFiles = false
  readonly #state: LogState
  readonly #saveManifest: () => Promise<void>
  readonly #files: Files
  /** The folder of segments. */
  readonly #directory: string
  readonly #open: OpenSegments
  #obsolete: string[] = []
  #changed = false

  constructor(state: LogState, saveManifest: () => Promise<void>, files: Files, directory: string, open: OpenSegments) {
    this.#state = state
    this.#saveManifest = saveManifest
    this.#files = files
    this.#directory = directory
    this.#open = open
  }

  /** The log's state is ahead of the manifest; `obsolete` files are not named any more. */
  changed(obsolete: readonly string[] = []): void {
    this.#obsolete.push(...obsolete)
    this.#changed = true
  }

  /** Makes changes durable, if there are some, and removes what became obsolete by them, unless the log is being copied. */
  async save(): Promise<void> {
    if (!this.#changed) return
    const obsolete = this.#obsolete
    this.#obsolete = []
    this.#changed = false
    try {
      await this.#saveManifest()
    } catch (error) {
      this.changed(obsolete)
      throw error
    }
    for (const file of obsolete) {
      await this.#open.forget(file)
      if (this.#state.copies > 0) this.leftFiles = true
      else await removeIfThere(this.#files, this.#directory, file)
    }
  }

  /** The same for what somebody asked for: where it fails it is not in force, though nobody knows what the next process finds. */
  async saveOr(undo: () => void): Promise<void> {
    this.changed()
    try {
      await this.save()
    } catch (error) {
      undo()
      throw error
    }
  }
}
