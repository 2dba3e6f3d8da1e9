import type { RefusedRow } from '../contract.ts'
import type { Connection } from './connection.ts'
import { RowFault } from './failures.ts'

/** Writes the lines of a page in the transaction that is open, but for those that PostgreSQL never takes: found by halves. */
export async function writeLines(connection: Connection, upsert: string, lines: readonly string[], first = 0): Promise<readonly RefusedRow[]> {
  const fault = await faultIn(connection, upsert, lines)
  if (fault === null) return []
  if (lines.length === 1) return [{ row: first, reason: fault.message }]
  const middle = lines.length >> 1
  const before = await writeLines(connection, upsert, lines.slice(0, middle), first)
  return [...before, ...(await writeLines(connection, upsert, lines.slice(middle), first + middle))]
}

async function faultIn(connection: Connection, upsert: string, lines: readonly string[]): Promise<RowFault | null> {
  await connection.query('SAVEPOINT part')
  try {
    await connection.insert(upsert, `[${lines.join(',')}]`)
    await connection.query('RELEASE part')
    return null
  } catch (error) {
    if (!(error instanceof RowFault)) throw error
    await connection.query('ROLLBACK TO part')
    return error
  }
}
