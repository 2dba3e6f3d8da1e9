import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '@millrace/plan'
import { isForTaking } from './file-kind.ts'

/** A file that is being taken. Its number grows from file to file of a stream. */
export interface TakenFile {
  readonly number: number
  readonly name: string
}

/** File systems allow 255. */
const mostNameBytes = 200

/** What a look at a file saw; a file that is the same for a while is not being written. */
export interface SeenFile {
  readonly name: string
  readonly bytes: number
  readonly modifiedMs: number
}

/** The folders of a stream's files: `in/<stream>` where they are dropped, `taking/<stream>`, then `done/<stream>` or `failed/<stream>`. */
export class StreamFolder {
  readonly #folder: string
  readonly #stream: string

  /** `folder`: that of the tenant. */
  constructor(folder: string, stream: string) {
    this.#folder = folder
    this.#stream = stream
  }

  get entrance(): string {
    return this.#path('in')
  }

  /** Files that may be taken, by name. */
  async seen(): Promise<readonly SeenFile[]> {
    const seen: SeenFile[] = []
    for (const name of await files(this.#path('in'))) {
      if (!isForTaking(name)) continue
      const found = await stat(this.#path('in', name)).catch(() => null)
      if (found !== null) seen.push({ name, bytes: found.size, modifiedMs: found.mtimeMs })
    }
    return seen
  }

  /** What was being taken when the server ended; null: nothing was. */
  async unfinished(): Promise<TakenFile | null> {
    const taken = (await files(this.#path('taking'))).flatMap((file) => {
      const match = /^(\d+)-(.+)$/.exec(file)
      return match === null ? [] : [{ number: Number(match[1]), name: match[2] as string }]
    })
    return taken.sort((a, b) => a.number - b.number)[0] ?? null
  }

  /** Takes a file: from now on it is this one, whatever is dropped under its name. */
  async take(dropped: string, number: number): Promise<TakenFile> {
    const name = endOf(dropped)
    await mkdir(this.#path('taking'), { recursive: true })
    await rename(this.#path('in', dropped), this.#path('taking', `${number}-${name}`))
    return { name, number }
  }

  /** Errors: FOLDER_FILE_UNREADABLE. */
  async open({ number, name }: TakenFile): Promise<FileHandle> {
    try {
      // Never what a link points to.
      return await open(this.#path('taking', `${number}-${name}`), constants.O_RDONLY | constants.O_NOFOLLOW)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code !== 'EACCES' && code !== 'EPERM') throw error
      throw new MillraceError('FOLDER_FILE_UNREADABLE', { file: JSON.stringify(name), reason: message }, { cause: error })
    }
  }

  /** Moves it to where it stays, with a receipt beside it that is there first. */
  async finish({ number, name }: TakenFile, place: 'done' | 'failed', receipt: unknown): Promise<void> {
    await mkdir(this.#path(place), { recursive: true })
    const short = endOf(name)
    let target = short
    for (let times = 2; await isThere(this.#path(place, target)); times++) target = `${times}-${short}`
    const written = this.#path(place, `.${target}.receipt`)
    await writeFile(written, `${JSON.stringify(receipt, null, 2)}\n`, { flush: true })
    await rename(written, this.#path(place, `${target}.receipt.json`))
    await rename(this.#path('taking', `${number}-${name}`), this.#path(place, target))
  }

  #path(place: string, ...more: readonly string[]): string {
    return join(this.#folder, place, this.#stream, ...more)
  }
}

/** The end of a name, which says how the file is written: so much of it that a number and what a receipt is called by fit beside it. */
function endOf(name: string): string {
  // A character that was cut is left out.
  return Buffer.from(name)
    .subarray(-mostNameBytes)
    .toString()
    .replace(/^\uFFFD+/, '')
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null
}

/** Names of the files of a folder, in their order; links and whatever else is there do not count. */
async function files(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort()
}

/** Names of the folders of a folder. */
export async function folders(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
}
