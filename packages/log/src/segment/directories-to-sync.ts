import { dirname } from 'node:path'
import type { Files } from '../files/files.ts'

/** Directories that got names which are not durable yet. */
export class DirectoriesToSync {
  readonly #files: Files
  readonly #paths = new Set<string>()

  constructor(files: Files) {
    this.#files = files
  }

  /** `path` got a name; where it is new itself, so did those above it, up to `root`. */
  add(path: string, root: string): void {
    for (let directory = path; ; directory = dirname(directory)) {
      this.#paths.add(directory)
      if (directory === root || directory === dirname(directory)) return
    }
  }

  async sync(): Promise<void> {
    for (const path of [...this.#paths]) {
      await this.#files.syncDirectory(path)
      this.#paths.delete(path)
    }
  }
}
