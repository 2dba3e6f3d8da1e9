import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Files, type Log, nodeFiles } from '@millrace/log'
import { beginAtMark } from '../mark.ts'
import { Encoders } from '../reading/encoders.ts'
import type { Outlet } from '../reading/outlet.ts'
import type { Pace } from '../webhooks/delivery.ts'
import { systemPace } from '../webhooks/system-pace.ts'
import { type FileSink, sinkMarkStream, sinkPinName } from './file-sink.ts'
import { type FileSinkFigures, FileWriting, pinSink } from './file-writing.ts'
import { SinkFolder } from './sink-folder.ts'

export interface FileSinksOptions {
  readonly log: Log
  /** Sinks write to `<folder>/<tenant>/out/<sink>/`. */
  readonly folder: string
  readonly pace?: Pick<Pace, 'now' | 'pause'>
  /** Default 16 MiB. */
  readonly fileBytes?: number
  /** Finished files of a sink that nobody took away; null: no limit. */
  readonly folderBytes: number | null
  /** How long a wait for results is, after which those that retention took are noticed. Default 30 s. */
  readonly waitMs?: number
  /** Default: those of this machine. */
  readonly files?: Files
}

/** All sinks that run, each on its own. */
export class FileSinks {
  private readonly options: Required<FileSinksOptions>
  private readonly encoders = new Encoders()
  private readonly running = new Map<string, FileWriting>()

  constructor({ log, folder, folderBytes, pace = systemPace, fileBytes = 16 << 20, waitMs = 30_000, files = nodeFiles }: FileSinksOptions) {
    this.options = { log, folder, folderBytes, pace, fileBytes, waitMs, files }
  }

  /** Goes on where the sink was. Errors: MARK_UNREADABLE, LOG_ errors. */
  async start(sink: FileSink, outlet: Outlet): Promise<void> {
    const { log } = this.options
    const position = await beginAtMark(log, sink.tenant, sinkMarkStream(sink.name), sink.from)
    await pinSink(log, sink, outlet, position)
    this.running.set(keyOf(sink), new FileWriting(sink, outlet, this.#folderOf(sink), position, { ...this.options, encoders: this.encoders }))
  }

  /** Null: it does not run. */
  figuresOf(sink: FileSink): FileSinkFigures | null {
    return this.running.get(keyOf(sink))?.figures ?? null
  }

  /** Stops a sink and forgets how far it came; finished files stay. */
  async remove(sink: FileSink): Promise<void> {
    const { log } = this.options
    const { tenant, name } = sink
    await this.running.get(keyOf(sink))?.stop()
    this.running.delete(keyOf(sink))
    await log.unpin(tenant, sinkPinName(name))
    await log.erase(tenant, sinkMarkStream(name))
    await this.#folderOf(sink).forget()
  }

  /** Stops all of a tenant, whose streams and files go. */
  async forgetTenant(tenant: string): Promise<void> {
    for (const [key, writing] of this.running)
      if (key.startsWith(`${tenant}\n`)) {
        await writing.stop()
        this.running.delete(key)
      }
    await rm(join(this.options.folder, tenant, 'out'), { recursive: true, force: true })
  }

  /** Stops all; they go on at the next start. */
  async close(): Promise<void> {
    await Promise.all([...this.running.values()].map((writing) => writing.stop()))
    this.running.clear()
  }

  #folderOf({ tenant, name, format }: FileSink): SinkFolder {
    const { files, folder } = this.options
    return new SinkFolder(files, join(folder, tenant, 'out', name), format)
  }
}

function keyOf({ tenant, name }: FileSink): string {
  return `${tenant}\n${name}`
}
