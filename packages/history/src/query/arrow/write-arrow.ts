import { open } from 'node:fs/promises'
import type { DuckDBResult, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import type { QueryLimits } from '../messages.ts'
import { ArrowStream } from './arrow-stream.ts'

/** Rows of a record batch. */
const batchRows = 32_768

/** Writes an answer as an Arrow IPC stream; beyond the bytes that are allowed it is not written on, which whoever reads the file sees. */
export async function writeArrow(result: DuckDBResult, path: string, { maxRows, maxBytes }: QueryLimits): Promise<{ rows: number; truncated: boolean }> {
  const names = result.deduplicatedColumnNames()
  const stream = new ArrowStream(names.map((name, at) => ({ name, type: result.columnType(at) as DuckDBType })))
  const file = await open(path, 'wx')
  let columns: DuckDBValue[][] = names.map(() => [])
  let rows = 0
  let bytes = 0
  const write = async (part: Uint8Array): Promise<void> => {
    bytes += (await file.write(part)).bytesWritten
  }
  try {
    await write(stream.schema())
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0 && rows <= maxRows; chunk = await result.fetchChunk()) {
      const taken = Math.min(chunk.rowCount, maxRows - rows)
      chunk.getColumns().forEach((values, at) => {
        for (const value of taken === values.length ? values : values.slice(0, taken)) columns[at]?.push(value)
      })
      rows += chunk.rowCount
      if ((columns[0]?.length ?? 0) < batchRows) continue
      await write(stream.batch(columns, columns[0]?.length ?? 0))
      columns = names.map(() => [])
      if (bytes > maxBytes) break
    }
    if ((columns[0]?.length ?? 0) > 0) await write(stream.batch(columns, columns[0]?.length ?? 0))
    await write(stream.end())
  } finally {
    await file.close()
  }
  return { rows: Math.min(rows, maxRows), truncated: rows > maxRows }
}
