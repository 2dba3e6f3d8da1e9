import { type ChildProcess, fork } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { MillraceError } from '@millrace/plan'
import { answerPath } from './answer-path.ts'
import type { QueryDone, QueryFailed, QueryLimits, QueryReply, QueryTask } from './messages.ts'
import { sqlError } from './sql-error.ts'

/** A query that does not end when it is interrupted is killed this much later. */
const graceMs = 1000
/** Of the process's JavaScript; DuckDB's memory is its own. */
const heapMiB = 256

/** Runs a query in a process of its own; whatever happens to it, this one only hears of it. Rejects with a HISTORY_ code. */
export async function startQuery(task: QueryTask, signal?: AbortSignal): Promise<QueryDone> {
  const child = fork(processPath(), {
    cwd: task.directory,
    env: {},
    execArgv: [`--max-old-space-size=${heapMiB}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const reply = await replyOf(child, task, signal)
  const path = answerPath(task)
  if (reply.kind === 'failed') throw errorOf(reply, task)
  if (reply.kind === 'too-large') throw tooLarge(reply.bytes, task.limits)
  return path === null ? reply : { ...reply, bytes: await answerOf(path, task.limits) }
}

function replyOf(child: ChildProcess, task: QueryTask, signal: AbortSignal | undefined): Promise<QueryReply> {
  return new Promise((resolve, reject) => {
    let reply: QueryReply | null = null
    let error: MillraceError | null = null
    const end = (reason: MillraceError): void => {
      error ??= reason
      child.kill('SIGKILL')
    }
    const cancel = (): void => end(new MillraceError('HISTORY_QUERY_CANCELLED'))
    const deadline = setTimeout(() => end(new MillraceError('HISTORY_QUERY_TIME', { limitMs: task.limits.timeMs })), task.limits.timeMs + graceMs)
    signal?.addEventListener('abort', cancel, { once: true })
    if (signal?.aborted === true) cancel()
    child.on('message', (message) => {
      reply = message as QueryReply
    })
    const closed = (code: number | null, by: NodeJS.Signals | null): void => {
      clearTimeout(deadline)
      signal?.removeEventListener('abort', cancel)
      if (error !== null) reject(error)
      else if (reply !== null) resolve(reply)
      else reject(new MillraceError('HISTORY_QUERY_ENDED', { reason: by ?? `exit code ${code}` }))
    }
    child.on('close', closed)
    child.on('error', (cause) => {
      end(new MillraceError('HISTORY_QUERY_ENDED', { reason: cause.message }, { cause }))
      // One that cannot be begun need not close.
      if (child.pid === undefined) closed(null, null)
    })
    if (child.pid === undefined) return
    child.send(task, (cause) => {
      if (cause !== null) end(new MillraceError('HISTORY_QUERY_ENDED', { reason: cause.message }, { cause }))
    })
  })
}

function errorOf({ cause, reason }: QueryFailed, { limits, sql, tables }: QueryTask): MillraceError {
  switch (cause) {
    case 'refused':
      return new MillraceError('HISTORY_SQL_REFUSED', { reason: firstLine(reason) })
    case 'memory':
      return new MillraceError('HISTORY_QUERY_MEMORY', { limitBytes: limits.memoryBytes })
    case 'interrupted':
      return new MillraceError('HISTORY_QUERY_TIME', { limitMs: limits.timeMs })
    case 'sql':
      return sqlError(reason, sql, tables)
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0] as string
}

async function answerOf(path: string, limits: QueryLimits): Promise<Uint8Array> {
  const { size } = await stat(path)
  if (size > limits.maxBytes) throw tooLarge(size, limits)
  return readFile(path)
}

function tooLarge(bytes: number, { maxBytes }: QueryLimits): MillraceError {
  return new MillraceError('HISTORY_ANSWER_BYTES', { bytes, limit: maxBytes })
}

/** Sources run as they are; what was built stands beside this file as JavaScript. */
function processPath(): string {
  return fileURLToPath(new URL(`./query-process.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url))
}
