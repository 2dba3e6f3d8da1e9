import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

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
 * it counts; only names without a dot in front are for others.
 */
export class SinkFolder {
  readonly #directory: string
  readonly #format: string

  constructor(directory: string, format: 'ndjson' | 'csv') {
    this.#directory = directory
    this.#format = format
  }

  async open(): Promise<OpenFile> {
    await mkdir(this.#directory, { recursive: true })
    const path = join(this.#directory, writing)
    const handle = await open(path, 'w')
    const discard = async (): Promise<void> => {
      await handle.close().catch(() => {})
      await rm(path, { force: true })
    }
    const whole = async (span: Span): Promise<void> => {
      await handle.sync()
      await handle.close()
      await this.#rename(writing, `.${this.#nameOf(span)}${ready}`)
    }
    return { write: (bytes) => handle.writeFile(bytes), ready: whole, discard }
  }

  /** The file that is ready is there for others. */
  async publish(span: Span): Promise<void> {
    const name = this.#nameOf(span)
    await this.#rename(`.${name}${ready}`, name)
  }

  /** Says that results are missing: an empty file `<first>-<last>.dropped`. */
  async noteDropped({ first, last }: Span): Promise<void> {
    await mkdir(this.#directory, { recursive: true })
    const handle = await open(join(this.#directory, `${padded(first)}-${padded(last)}.dropped`), 'w')
    await handle.sync()
    await handle.close()
  }

  /** After a crash: what was ready and below the position counts, the rest never was. */
  async recover(position: number): Promise<void> {
    for (const name of await this.#names()) {
      const match = /^\.(\d+)-(\d+)\.\w+\.ready$/.exec(name)
      if (match !== null && Number(match[2]) < position) await this.#rename(name, name.slice(1, -ready.length))
      else if (match !== null || name === writing) await rm(join(this.#directory, name))
    }
  }

  /** Bytes of the files that nobody has taken away. */
  async bytes(): Promise<number> {
    let bytes = 0
    for (const name of await this.#names()) bytes += (await stat(join(this.#directory, name)).catch(() => null))?.size ?? 0
    return bytes
  }

  /** Removes what only the sink knows of; finished files stay for whoever takes them. */
  async forget(): Promise<void> {
    for (const name of await this.#names()) if (name.startsWith('.')) await rm(join(this.#directory, name), { force: true })
  }

  async #names(): Promise<readonly string[]> {
    return await readdir(this.#directory).catch(() => [])
  }

  async #rename(from: string, to: string): Promise<void> {
    await rename(join(this.#directory, from), join(this.#directory, to))
    const folder = await open(this.#directory, 'r')
    await folder.sync()
    await folder.close()
  }

  #nameOf({ first, last }: Span): string {
    return `${padded(first)}-${padded(last)}.${this.#format}`
  }
}

/** Names sort as the positions do. */
function padded(position: number): string {
  return String(position).padStart(16, '0')
}
