import { encodeBatch } from '@millrace/columns'
import type { Append, NewChunk } from '@millrace/log'
import { type Field, type Plan, relations } from '@millrace/plan'
import type { LogEntry, RecordEntry } from '../../src/log.ts'
import { batchOf } from '../engine/batches.ts'
import type { Draw } from '../random/draw.ts'

const noBytes = new Uint8Array(0)

/** The entries as appends of a producer, each of some of them, in their order: what a source would send. */
export function appendsOf(tenant: string, plan: Plan, entries: readonly LogEntry[], draw: Draw, maxEntries = 12): readonly Append[] {
  const appends: Append[] = []
  for (let from = 0; from < entries.length; ) {
    const to = from + draw.whole(1, maxEntries)
    const chunks = chunksOf(plan, entries.slice(from, to))
    appends.push({ tenant, chunks, producer: { id: 'source', sequence: appends.length + 1 } })
    from = to
  }
  return appends
}

/** Neighbouring records of a stream share a chunk. */
function chunksOf(plan: Plan, entries: readonly LogEntry[]): readonly NewChunk[] {
  const groups: LogEntry[][] = []
  for (const entry of entries) {
    const last = groups.at(-1)
    const before = last?.at(-1)
    if (last !== undefined && entry.kind === 'record' && before?.kind === 'record' && before.stream === entry.stream) last.push(entry)
    else groups.push([entry])
  }
  return groups.map((group) => chunkOf(plan, group))
}

function chunkOf(plan: Plan, group: readonly LogEntry[]): NewChunk {
  const [first] = group as [LogEntry]
  if (first.kind === 'record') return recordsChunk(plan, first.stream, group as readonly RecordEntry[])
  const stream = first.kind === 'tick' || first.kind === 'end' ? '$clock' : first.stream
  const ingestionMs = first.kind === 'end' ? undefined : Float64Array.of(first.logMs)
  return { stream, kind: first.kind, rows: 1, schema: 0, payload: noBytes, ingestionMs }
}

function recordsChunk(plan: Plan, stream: string, entries: readonly RecordEntry[]): NewChunk {
  const batch = batchOf(
    fieldsOf(plan, stream),
    entries.map(({ row }) => row),
  )
  const payload = encodeBatch(batch, 0, batch.rows, { shared: true })
  return { stream, kind: 'batch', rows: entries.length, schema: 1, payload, ingestionMs: Float64Array.from(entries, ({ ingestionMs }) => ingestionMs) }
}

function fieldsOf(plan: Plan, stream: string): readonly Field[] {
  const read = plan.operators.find((operator) => operator.kind === 'read' && operator.stream === stream)
  return read === undefined ? [] : (relations(plan).get(read.id)?.fields ?? [])
}
