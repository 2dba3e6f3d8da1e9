import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { MillraceError } from '@millrace/plan'
import type { CommitTask, Committed, SentPiece, WriterReply, WriterTask } from './writer-tasks.ts'

export interface WritingProcessOptions {
  /** Of DuckDB in it. */
  readonly memoryBytes: number
  /** For what does not fit. */
  readonly spillDirectory: string
  /** It ends when nothing was asked of it for so long. Default 10 s. */
  readonly idleMs?: number
}

/** Rows that one process has staged: if it ends, they are gone with it, and so is this. Rejects with HISTORY_WRITE_FAILED. */
export interface Staging {
  /** False: what is staged has other columns, and must be committed first. */
  load(piece: SentPiece): Promise<boolean>
  commit(task: CommitTask): Promise<Committed>
}

const idleDefaultMs = 10_000
const heapMiB = 256

/** The process that writes files. It is begun where there is something to write, and ends when there is nothing any more. */
export class WritingProcess {
  private readonly options: WritingProcessOptions
  private child: ChildProcess | null = null
  private idle: NodeJS.Timeout | null = null

  constructor(options: WritingProcessOptions) {
    this.options = options
  }

  /** Null: none runs. */
  get pid(): number | null {
    return this.child?.pid ?? null
  }

  /** One at a time. A process that has staged rows and was not asked to write them is ended: nothing of it may get into other files. */
  async staged<T>(work: (staging: Staging) => Promise<T>): Promise<T> {
    const child = this.begin()
    try {
      return await work({
        load: (piece) => this.ask<boolean>(child, { kind: 'load', piece }),
        commit: (task) => this.ask<Committed>(child, { kind: 'commit', ...task }),
      })
    } catch (error) {
      this.end(child)
      throw error
    } finally {
      this.rest()
    }
  }

  async join(paths: readonly string[], path: string): Promise<number> {
    try {
      return await this.ask<number>(this.begin(), { kind: 'join', paths, path })
    } finally {
      this.rest()
    }
  }

  close(): void {
    if (this.child !== null) this.end(this.child)
  }

  private begin(): ChildProcess {
    if (this.idle !== null) clearTimeout(this.idle)
    this.child ??= this.start()
    return this.child
  }

  private start(): ChildProcess {
    const { memoryBytes, spillDirectory } = this.options
    const child = fork(processPath(), [String(memoryBytes), spillDirectory], {
      env: {},
      execArgv: [`--max-old-space-size=${heapMiB}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    // It does not keep this process alive.
    child.unref()
    child.channel?.unref()
    child.once('exit', () => this.end(child))
    // One that cannot be begun has no exit.
    child.on('error', () => this.end(child))
    return child
  }

  private end(child: ChildProcess): void {
    child.kill('SIGKILL')
    if (this.child === child) this.child = null
  }

  private rest(): void {
    this.idle = setTimeout(() => this.close(), this.options.idleMs ?? idleDefaultMs).unref()
  }

  private ask<Answer>(child: ChildProcess, task: WriterTask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => settle(() => reject(new MillraceError('HISTORY_WRITE_FAILED', { reason })))
      const settle = (then: () => void): void => {
        child.off('message', onMessage).off('exit', onExit).off('error', onError)
        child.channel?.unref()
        then()
      }
      const onMessage = (message: unknown): void => {
        const reply = message as WriterReply
        if (reply.kind === 'failed') fail(reply.reason)
        else settle(() => resolve(reply.answer as Answer))
      }
      const onExit = (code: number | null, by: NodeJS.Signals | null): void => fail(`its process ended: ${by ?? `exit code ${code}`}`)
      const onError = (error: Error): void => fail(error.message)
      if (child.pid === undefined) return fail('its process could not be begun')
      if (child.exitCode !== null || child.signalCode !== null) return onExit(child.exitCode, child.signalCode)
      child.on('message', onMessage).on('exit', onExit).on('error', onError)
      // While it works it is waited for.
      child.channel?.ref()
      child.send(task, (error) => {
        if (error !== null) fail(error.message)
      })
    })
  }
}

/** Sources run as they are; what was built stands beside this file as JavaScript. */
function processPath(): string {
  return fileURLToPath(new URL(`./writer-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url))
}
