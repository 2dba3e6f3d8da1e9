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

  /** Names that come while it runs are for the next time. */
  async sync(): Promise<void> {
    const paths = [...this.#paths]
    this.#paths.clear()
    for (const [i, path] of paths.entries()) {
      try {
        await this.#files.syncDirectory(path)
      } catch (error) {
        for (const left of paths.slice(i)) this.#paths.add(left)
        throw error
      }
    }
  }
}
