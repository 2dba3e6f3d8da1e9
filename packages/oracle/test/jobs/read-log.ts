import { decodeBatch } from '@millrace/columns'
import { clockStream, lateStream, outputStream, readResults } from '@millrace/jobs'
import type { Log, Piece } from '@millrace/log'
import type { Plan } from '@millrace/plan'
import type { LogEntry } from '../../src/log.ts'
import { type PlainRow, plainRows, plainValues } from '../engine/plain-rows.ts'

/** What a log holds for a plan: the input its jobs saw, in their order (semantics O4). */
export async function entriesIn(log: Log, tenant: string, plan: { readonly streams: Readonly<Record<string, unknown>> }): Promise<LogEntry[]> {
  const pieces = await allPieces(log, tenant, [...Object.keys(plan.streams), clockStream])
  return pieces.flatMap(entriesOf)
}

export interface LoggedResults {
  readonly outputs: Record<string, PlainRow[]>
  readonly late: Record<string, (PlainRow & { readonly watermark: number })[]>
}

/** All that a job gave, as it stands in the log. */
export async function resultsIn(log: Log, tenant: string, job: string, plan: Plan): Promise<LoggedResults> {
  const outputs: LoggedResults['outputs'] = {}
  const late: LoggedResults['late'] = {}
  for (const name of Object.keys(plan.outputs)) outputs[name] = (await rowsIn(log, tenant, outputStream(job, name))).map(({ watermark: _, ...row }) => row)
  for (const { kind, id } of plan.operators) if (kind === 'aggregate') late[id] = await rowsIn(log, tenant, lateStream(job, id))
  return { outputs, late }
}

async function rowsIn(log: Log, tenant: string, stream: string): Promise<(PlainRow & { readonly watermark: number })[]> {
  const pieces = await allPieces(log, tenant, [stream])
  return pieces.flatMap(({ chunk, from, to }) => {
    const { rows, watermark } = readResults(decodeBatch(chunk.payload))
    return plainRows(rows)
      .map((row, at) => ({ ...row, watermark: watermark?.[at] ?? 0 }))
      .slice(from, to)
  })
}

async function allPieces(log: Log, tenant: string, streams: readonly string[]): Promise<readonly Piece[]> {
  const reader = log.reader({ tenant, streams })
  const all: Piece[] = []
  for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read()) all.push(...pieces)
  reader.close()
  return all
}

function entriesOf({ chunk, from, to }: Piece): LogEntry[] {
  const { kind, stream, runs } = chunk
  if (kind === 'tick') return [{ kind, sequence: runs.sequence[0] as number, logMs: runs.ingestionMs[0] as number }]
  if (kind === 'end') return [{ kind, sequence: runs.sequence[0] as number }]
  if (kind === 'paused' || kind === 'resumed') return [{ kind, sequence: runs.sequence[0] as number, stream, logMs: runs.ingestionMs[0] as number }]
  const batch = decodeBatch(chunk.payload)
  const entries: LogEntry[] = []
  let row = 0
  for (let run = 0; run < runs.count; run++)
    for (let i = 0; i < (runs.rows[run] as number); i++, row++) {
      if (row < from || row >= to) continue
      const ingestionMs = runs.ingestionMs[run] as number
      entries.push({ kind: 'record', sequence: (runs.sequence[run] as number) + i, stream, ingestionMs, row: plainValues(batch, row) })
    }
  return entries
}
