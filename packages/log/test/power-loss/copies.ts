import { type LogEvent, openLog } from '@millrace/log'
import type { SimulatedDisk } from '@millrace/log/testing'
import type { Life } from './life.ts'
import { joinPayloads } from './payload.ts'
import { streamsOf } from './permission.ts'
import { type Row, readRows } from './read-rows.ts'
import { Violation } from './violation.ts'

/** A copy that was answered. */
export interface Copy {
  readonly directory: string
  /** By tenant: rows that the log had before and after, and so the copy has. */
  readonly rows: ReadonlyMap<string, readonly Row[]>
}

/** Copies the log while whatever is under way goes on; a copy that was answered is noted. */
export async function copy(life: Life, directory: string, copies: Copy[]): Promise<void> {
  const before = await rowsOf(life)
  const copying = life.log.copyTo(directory).then(async () => {
    const after = await rowsOf(life)
    const kept = [...before].map(([tenant, rows]) => [tenant, intersection(rows, after.get(tenant) ?? [])] as const)
    copies.push({ directory, rows: new Map(kept) })
  })
  life.start(copying.catch((error: unknown) => life.tolerate(error, ['LOG_COPY'])))
}

/** Each copy holds what it must, and is a log to which more can be appended. */
export async function checkCopies(disk: SimulatedDisk, copies: readonly Copy[]): Promise<void> {
  for (const { directory, rows } of copies) {
    const events: LogEvent[] = []
    const log = await openLog({ directory, files: disk, join: joinPayloads, report: (event) => events.push(event) })
    for (const [tenant, expected] of rows) {
      const found = await readRows(log, { tenant, streams: [...new Set(expected.map(({ stream }) => stream))] })
      const missing = expected.length - intersection(expected, found).length
      if (missing > 0) throw new Violation('a copy has all that the log had', { directory, tenant, missing, of: expected.length })
    }
    const wrong = events.find(({ kind }) => kind !== 'pin-expired')
    if (wrong) throw new Violation('a copy is not damaged', { directory, wrong })
    await log.maintain()
    await log.close()
  }
}

/** Of streams without retention: a copy drops by itself what its manifest lets go. */
async function rowsOf(life: Life): Promise<ReadonlyMap<string, readonly Row[]>> {
  const rows = new Map<string, readonly Row[]>()
  for (const tenant of life.tenants) {
    const streams = streamsOf(tenant).filter((stream) => !tenant.retentions.has(stream))
    const all = await life.alive(readRows(life.log, { tenant: tenant.name, streams }))
    const kept = all.filter(({ kind }) => kind !== 'mark')
    rows.set(tenant.name, kept)
  }
  return rows
}

function intersection(rows: readonly Row[], others: readonly Row[]): readonly Row[] {
  const known = new Set(others.map(keyOf))
  return rows.filter((row) => known.has(keyOf(row)))
}

function keyOf({ stream, sequence, ingestionMs, append, chunk, row }: Row): string {
  return `${sequence} ${stream} ${ingestionMs} ${append} ${chunk} ${row}`
}
