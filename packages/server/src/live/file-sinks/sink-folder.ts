import { join } from 'node:path'
import { type File, type Files, makeDurableDirectory } from '@millrace/log'

const writing = '.writing'
const ready = '.ready'

/** Positions of the first and the last result of a file. */
export interface Span {
  readonly first: number
  readonly last: number
}

/** A file that is being written. */
export interface OpenFile {
  write(bytes: Uint8Array): Promise<void>
  /** Makes it durable under a name that nobody looks at: `publish` gives it its own. */
  ready(span: Span): Promise<void>
  discard(): Promise<void>
}

/**
 * The folder of a sink. A file is written under one name, whole and durable under a second, and has its own, `<first>-<last>.<format>`, once
 * it counts; only names without a dot in front are for others. A loss of power must leave a rename whole or not done, as file systems with a
 * journal do.
 */
export class SinkFolder {
  readonly #files: Files
  readonly #directory: string
  readonly #format: string

  constructor(files: Files, directory: string, format: 'ndjson' | 'csv') {
    this.#files = files
    this.#directory = directory
    this.#format = format
  }

  async open(): Promise<OpenFile> {
    const file = await this.#create(writing)
    let isOpen = true
    let bytes = 0
    const close = async (): Promise<void> => {
      if (isOpen) await file.close()
      isOpen = false
    }
    return {
      write: async (more) => {
        await file.write([more], bytes)
        bytes += more.length
      },
      ready: async (span) => {
        await file.sync()
        await close()
        await this.#rename(writing, `.${this.#nameOf(span)}${ready}`)
      },
      discard: async () => {
        await close().catch(() => {})
        await this.#remove(writing)
      },
    }
  }

  /** The file that is ready is there for others. */
  async publish(span: Span): Promise<void> {
    const name = this.#nameOf(span)
    await this.#rename(`.${name}${ready}`, name)
  }

  /** Says that results are missing: an empty file `<first>-<last>.dropped`. */
  async noteDropped({ first, last }: Span): Promise<void> {
    const file = await this.#create(`${padded(first)}-${padded(last)}.dropped`)
    await file.sync()
    await file.close()
  }

  /** After a crash: what was ready and below the position counts, the rest never was. */
  async recover(position: number): Promise<void> {
    for (const name of await this.#files.list(this.#directory)) {
      const match = /^\.(\d+)-(\d+)\.\w+\.ready$/.exec(name)
      if (match !== null && Number(match[2]) < position) await this.#rename(name, name.slice(1, -ready.length))
      else if (match !== null || name === writing) await this.#remove(name)
    }
  }

  /** Bytes of the files that nobody has taken away. */
  async bytes(): Promise<number> {
    let bytes = 0
    for (const name of await this.#files.list(this.#directory)) bytes += await this.#bytesOf(name)
    return bytes
  }

  /** Removes what only the sink knows of; finished files stay for whoever takes them. */
  async forget(): Promise<void> {
    for (const name of await this.#files.list(this.#directory).catch(() => [])) if (name.startsWith('.')) await this.#remove(name)
  }

  async #create(name: string): Promise<File> {
    await makeDurableDirectory(this.#files, this.#directory)
    await this.#remove(name)
    return await this.#files.open(join(this.#directory, name), 'create')
  }

  /** 0 where it was taken away meanwhile. */
  async #bytesOf(name: string): Promise<number> {
    const file = await this.#files.open(join(this.#directory, name), 'read').catch(() => null)
    if (file === null) return 0
    try {
      return await file.size()
    } finally {
      await file.close()
    }
  }

  async #remove(name: string): Promise<void> {
    await this.#files.remove(join(this.#directory, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }

  async #rename(from: string, to: string): Promise<void> {
    await this.#files.rename(join(this.#directory, from), join(this.#directory, to))
    await this.#files.syncDirectory(this.#directory)
  }

  #nameOf({ first, last }: Span): string {
    return `${padded(first)}-${padded(last)}.${this.#format}`
  }
}

/** Names sort as the positions do. */
function padded(position: number): string {
  return String(position).padStart(16, '0')
}
