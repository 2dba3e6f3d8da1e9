import { type Log, pinLimits } from '@millrace/log'
import { markChunk } from '../mark.ts'
import { appendPatiently } from '../patient-append.ts'
import { oldestBehindGap } from '../reading/begin-position.ts'
import type { Encoders } from '../reading/encoders.ts'
import { type Outlet, positionAt } from '../reading/outlet.ts'
import { type Page, readPage } from '../reading/page.ts'
import { linesOf } from '../reading/page-body.ts'
import { isWithoutOutput } from '../way-outlet.ts'
import type { Pace } from '../webhooks/delivery.ts'
import { type FileSink, sinkMarkStream, sinkPinName } from './file-sink.ts'
import type { OpenFile, SinkFolder } from './sink-folder.ts'

export interface FileWritingContext {
  readonly log: Log
  readonly encoders: Encoders
  readonly pace: Pick<Pace, 'now' | 'pause'>
  /** A file is finished when it is as large as this, about. */
  readonly fileBytes: number
  /** Finished files that nobody took away hold this at most; then the sink waits. Null: no limit. */
  readonly folderBytes: number | null
  /** A page waits so long for results, then waits anew. */
  readonly waitMs: number
}

export interface FileSinkFigures {
  /** Results below it are in finished files. */
  readonly position: number
  /** Since the start of the server. */
  readonly files: number
  readonly rows: number
  /** Why it does not go on right now; null: it does. */
  readonly waiting: string | null
  /** Why it ended by itself; null: it goes on. */
  readonly ended: string | null
}

interface Unfinished {
  readonly file: OpenFile
  readonly columns: string
  readonly first: number
  readonly dueMs: number
  last: number
  rows: number
  bytes: number
}

const emptyMs = 100
const waitingMs = 1000
const pageRows = 1000

/** Writes the results of an output to files, one after the other. The log says which of them count, so that each result is in one, once. */
export class FileWriting {
  readonly #sink: FileSink
  readonly #outlet: Outlet
  readonly #folder: SinkFolder
  readonly #context: FileWritingContext
  readonly #stopped = new AbortController()
  readonly #running: Promise<void>
  #unfinished: Unfinished | null = null
  /** Of the folder, with what was taken away since it was looked at; null: it was not yet. */
  #heldBytes: number | null = null
  #figures: FileSinkFigures

  constructor(sink: FileSink, outlet: Outlet, folder: SinkFolder, position: number, context: FileWritingContext) {
    this.#sink = sink
    this.#outlet = outlet
    this.#folder = folder
    this.#context = context
    this.#figures = { position, files: 0, rows: 0, waiting: null, ended: null }
    this.#running = this.#run().catch((error: unknown) => this.#note({ ended: String(error) }))
  }

  get figures(): FileSinkFigures {
    return this.#figures
  }

  /** What stands in no finished file is written again at the next start. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#running
    await this.#discard()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped
    while (!signal.aborted) {
      try {
        await this.#folder.recover(this.#figures.position)
        await this.#write()
      } catch (error) {
        // What else the log or the outlet throws does not pass by itself.
        if (!isOfFiles(error) && !isWithoutOutput(error)) throw error
        await this.#discard()
        await this.#wait(error.message)
      }
    }
  }

  async #write(): Promise<void> {
    const { signal } = this.#stopped
    for (let from = this.#figures.position; !signal.aborted; ) {
      const page = await this.#page(from)
      if (signal.aborted) return
      if (page.rows > 0) await this.#add(from, page)
      else if (this.#isGap(from, page.next)) await this.#passGap(from, page.next)
      else if (page.next === from) await this.#context.pace.pause(emptyMs, signal)
      from = page.next
      if (this.#isDue()) await this.#finish()
    }
  }

  #page(from: number): Promise<Page> {
    const { log, pace, waitMs } = this.#context
    const untilDueMs = this.#unfinished === null ? waitMs : Math.max(0, this.#unfinished.dueMs - pace.now())
    return readPage(log, this.#outlet, from, false, { limit: pageRows, waitMs: Math.min(waitMs, untilDueMs), signal: this.#stopped.signal, sameFields: true })
  }

  async #add(from: number, page: Page): Promise<void> {
    const { encoders } = this.#context
    const [part] = page.parts
    const first = positionAt(part as NonNullable<typeof part>, 0)
    const columns = JSON.stringify(part?.rows.batch.fields)
    if (this.#unfinished !== null && this.#unfinished.columns !== columns) await this.#finish()
    if (this.#isGap(from, first)) await this.#folder.noteDropped({ first: from, last: first - 1 })
    const unfinished = this.#unfinished ?? (await this.#begin(page, first, columns))
    for (const rows of page.parts) {
      for (const lines of linesOf(rows, this.#sink.format, encoders)) {
        await unfinished.file.write(lines)
        unfinished.bytes += lines.length
      }
      unfinished.last = positionAt(rows, rows.rows.count - 1)
    }
    unfinished.rows += page.rows
  }

  /** Whether retention dropped results of [from, before). */
  #isGap(from: number, before: number): boolean {
    return oldestBehindGap(this.#context.log, this.#outlet, from, before) !== null
  }

  /** Nothing came behind it so far: it is told once, also where the sink goes on after a restart. */
  async #passGap(from: number, before: number): Promise<void> {
    if (this.#unfinished !== null) await this.#finish()
    await this.#folder.noteDropped({ first: from, last: before - 1 })
    await this.#mark(before)
    this.#note({ position: before })
    await pinSink(this.#context.log, this.#sink, this.#outlet, before)
  }

  async #begin(page: Page, first: number, columns: string): Promise<Unfinished> {
    const { pace, encoders, folderBytes } = this.#context
    if (folderBytes !== null) await this.#room(folderBytes)
    this.#note({ waiting: null })
    const dueMs = pace.now() + this.#sink.everySeconds * 1000
    const file = await this.#folder.open()
    this.#unfinished = { file, columns, first, last: first, rows: 0, bytes: 0, dueMs }
    const [part] = page.parts
    if (part !== undefined) {
      const header = Buffer.from(encoders.of(this.#sink.format, part.rows.batch.fields, part.result).header())
      await file.write(header)
      this.#unfinished.bytes = header.length
    }
    return this.#unfinished
  }

  /** Resolves when the folder holds less than the limit. There may be many files: they are looked at again only where it seems full. */
  async #room(limit: number): Promise<void> {
    if (this.#heldBytes === null || this.#heldBytes >= limit) this.#heldBytes = await this.#folder.bytes()
    while (this.#heldBytes >= limit && !this.#stopped.signal.aborted) {
      await this.#wait(`${this.#heldBytes} bytes of files wait to be taken away`)
      this.#heldBytes = await this.#folder.bytes()
    }
  }

  #isDue(): boolean {
    if (this.#unfinished === null) return false
    const { bytes, dueMs } = this.#unfinished
    return bytes >= this.#context.fileBytes || this.#context.pace.now() >= dueMs
  }

  /** The file is whole and durable before the mark says that it counts, and has its name only then. */
  async #finish(): Promise<void> {
    const { file, first, last, rows, bytes } = this.#unfinished as Unfinished
    await file.ready({ first, last })
    await this.#mark(last + 1)
    this.#unfinished = null
    if (this.#heldBytes !== null) this.#heldBytes += bytes
    this.#note({ position: last + 1, files: this.#figures.files + 1, rows: this.#figures.rows + rows, waiting: null })
    await this.#folder.publish({ first, last })
    await pinSink(this.#context.log, this.#sink, this.#outlet, last + 1)
  }

  async #mark(position: number): Promise<void> {
    const { log, pace } = this.#context
    const { tenant, name } = this.#sink
    const { signal } = this.#stopped
    await appendPatiently(log, { tenant, chunks: [markChunk(sinkMarkStream(name), position)] }, (ms) => pace.pause(ms, signal), signal)
  }

  async #wait(reason: string): Promise<void> {
    this.#note({ waiting: reason })
    await this.#context.pace.pause(waitingMs, this.#stopped.signal)
  }

  async #discard(): Promise<void> {
    await this.#unfinished?.file.discard().catch(() => {})
    this.#unfinished = null
  }

  #note(change: Partial<FileSinkFigures>): void {
    this.#figures = { ...this.#figures, ...change }
  }
}

/** Results that are still to be written stay, for a while. */
export function pinSink(log: Log, { tenant, name }: FileSink, { stream }: Outlet, sequence: number): Promise<void> {
  return log.pin({ tenant, name: sinkPinName(name), streams: [stream], sequence, ...pinLimits })
}

function isOfFiles(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error
}
