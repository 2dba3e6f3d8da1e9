import { setPriority } from 'node:os'
import { ParquetWriter } from './parquet-writer.ts'
import { StagedRows } from './staged-rows.ts'
import type { WriterReply, WriterTask } from './writer-tasks.ts'

/** The process that writes Parquet files: DuckDB's memory and its faults are its own, and go with it. Arguments: bytes of memory, a folder to spill to. */
const [memoryBytes = '', spillDirectory = ''] = process.argv.slice(2)
const niceness = 5

// Records on their way in go first.
setPriority(niceness)
const opened = ParquetWriter.open(Number(memoryBytes), spillDirectory).then((parquet) => ({ parquet, staged: new StagedRows(parquet) }))

process.on('message', (task: WriterTask) => {
  run(task).then(
    (answer) => tell({ kind: 'done', answer }),
    (error: unknown) => tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) }),
  )
})
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))

async function run(task: WriterTask): Promise<unknown> {
  const { parquet, staged } = await opened
  switch (task.kind) {
    case 'load':
      return staged.load(task.piece)
    case 'commit':
      return staged.commit(task)
    case 'join':
      return parquet.join(task.paths, task.path)
  }
}

function tell(reply: WriterReply): void {
  // Nobody may be there any more.
  process.send?.(reply, () => {})
}
