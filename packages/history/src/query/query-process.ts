import { statSync } from 'node:fs'
import { setPriority } from 'node:os'
import { answerPath } from './answer-path.ts'
import type { QueryReply, QueryTask } from './messages.ts'
import { failed, runQuery } from './run-query.ts'

/**
 * The process of one query. It is begun with an empty environment in a folder of its own, takes one task, answers once and ends.
 * DuckDB's limits cover its buffers and what it spills only, so the memory of the process and the file of its answer are watched as well.
 */
const watchEveryMs = 25
const spareBytes = 256 << 20
const niceness = 10

process.once('message', (task: QueryTask) => {
  // Records on their way in go first.
  setPriority(niceness)
  const most = task.limits.memoryBytes * 2 + spareBytes
  setInterval(() => {
    if (process.memoryUsage.rss() > most) answer({ kind: 'failed', cause: 'memory', reason: 'the process grew too large' })
    const bytes = written(task)
    if (bytes > task.limits.maxBytes) answer({ kind: 'too-large', bytes })
  }, watchEveryMs).unref()
  runQuery(task).then(answer, (error: unknown) => answer(failed(error)))
})
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))

/** Bytes of the answer's file. */
function written(task: QueryTask): number {
  const path = answerPath(task)
  return path === null ? 0 : (statSync(path, { throwIfNoEntry: false })?.size ?? 0)
}

let answered = false

/** Threads of DuckDB may still run: nothing of them is waited for. */
function answer(reply: QueryReply): void {
  if (answered) return
  answered = true
  process.send?.(reply, () => process.kill(process.pid, 'SIGKILL'))
}
