import { setPriority } from 'node:os'
import type { QueryReply, QueryTask } from './messages.ts'
import { runQuery } from './run-query.ts'

/**
 * The process of one query. It is begun with an empty environment in a folder of its own, takes one task, answers once and ends.
 * DuckDB's limit covers its buffers only, so the memory of the process is watched as well.
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
  }, watchEveryMs).unref()
  runQuery(task).then(answer, (error: unknown) => answer({ kind: 'failed', cause: 'sql', reason: error instanceof Error ? error.message : String(error) }))
})
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))

let answered = false

/** Threads of DuckDB may still run: nothing of them is waited for. */
function answer(reply: QueryReply): void {
  if (answered) return
  answered = true
  process.send?.(reply, () => process.kill(process.pid, 'SIGKILL'))
}
