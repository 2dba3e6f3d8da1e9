import type { Log } from '@millrace/log'
import type { Random } from '@millrace/log/testing'
import { checkFigures } from './figure-laws.ts'
import { type ModelAppend, type ModelChunk, type ModelTenant, timeOf } from './model.ts'
import { Permission, streamsOf } from './permission.ts'
import { type Row, readRows } from './read-rows.ts'
import { difference, sameRows } from './same-rows.ts'
import { Violation } from './violation.ts'

/** Holds what a log has of a tenant against what the tenant was told. Nothing may be under way. */
export async function checkTenant(log: Log, tenant: ModelTenant, random: Random): Promise<number> {
  const streams = streamsOf(tenant)
  const rows = await readRows(log, { tenant: tenant.name, streams })
  checkOrder(rows)
  const found = Map.groupBy(rows, (row) => row.append)
  for (const id of found.keys()) if (!tenant.byId.has(id)) throw new Violation('nothing is there that was not appended', { id })
  settleUnknown(tenant, found)
  const permission = new Permission(tenant)
  for (const append of tenant.appends) checkAppend(tenant, append, found.get(append.id) ?? [], permission)
  doom(tenant, permission)
  checkErasures(tenant, rows, permission)
  const kept = (row: Row): boolean => !permission.mayBeGone(tenant.byId.get(row.append)!.chunks[row.chunk]!)
  await checkOtherReads(log, tenant, rows.filter(kept), kept, random)
  await checkFigures(log, tenant, rows)
  return rows.length
}

/** Where power was lost and nothing had been synced, rows may be lost, but what is left is right, and more can be appended. */
export async function checkReadable(log: Log, tenants: readonly ModelTenant[]): Promise<void> {
  for (const tenant of tenants) {
    const rows = await readRows(log, { tenant: tenant.name, streams: streamsOf(tenant) })
    checkOrder(rows)
    for (const { append, chunk, stream, sequence } of rows) {
      if (tenant.byId.get(append)?.chunks[chunk]?.new.stream !== stream) throw new Violation('nothing is there that was not appended', { append })
      if (sequence >= log.nextSequence(tenant.name)) throw new Violation('no sequence is given twice', { sequence, next: log.nextSequence(tenant.name) })
    }
  }
  await log.close()
}

function checkOrder(rows: readonly Row[]): void {
  rows.forEach((row, index) => {
    const before = rows[index - 1]
    if (before && row.sequence <= before.sequence) throw new Violation('sequences strictly rise', { before, row })
    if (before && row.ingestionMs < before.ingestionMs) throw new Violation('log time never falls', { before, row })
  })
}

/** Of what nobody was told about: it is there whole, or it is absent from now on. */
function settleUnknown(tenant: ModelTenant, found: ReadonlyMap<number, readonly Row[]>): void {
  const unknown = tenant.appends.filter(({ fate }) => fate === 'unknown')
  for (const append of unknown) {
    const row = found.get(append.id)?.[0]
    if (row) tenant.settle(append, row.sequence - append.chunks[row.chunk]!.offset - row.row, append.chunks.at(-1)!.new.ingestionMs?.at(-1) ?? row.ingestionMs)
  }
  for (const append of unknown) if (append.fate === 'unknown' && !mayHaveGone(tenant, append)) append.fate = 'absent'
}

/** Perhaps it was there, but retention or an erasure took it before it was looked for: as the newest, or before others that are there. */
function mayHaveGone(tenant: ModelTenant, append: ModelAppend): boolean {
  const isNewest = tenant.appends.every(({ id, fate }) => id <= append.id || fate !== 'there')
  append.sequence = isNewest ? tenant.nextSequence : 0
  append.ingestionMs = tenant.latestMs
  const permission = new Permission(tenant, Number.MAX_SAFE_INTEGER)
  append.sequence = null
  append.ingestionMs = null
  return append.chunks.every((chunk) => permission.mayBeGone(chunk))
}

function checkAppend(tenant: ModelTenant, append: ModelAppend, rows: readonly Row[], permission: Permission): void {
  if (append.fate === 'unknown') return
  if (append.fate !== 'there') {
    if (rows.length > 0) throw new Violation(`what was ${append.fate} does not come back`, { append: append.id, rows: rows.length })
    return
  }
  append.chunks.forEach((chunk, index) => {
    const of = rows.filter((row) => row.chunk === index)
    checkChunk(tenant, append, chunk, of, permission)
  })
}

function checkChunk(tenant: ModelTenant, append: ModelAppend, chunk: ModelChunk, rows: readonly Row[], permission: Permission): void {
  const { stream, kind, rows: count } = chunk.new
  const seen = {
    append: append.id,
    stream,
    kind,
    sequence: append.sequence! + chunk.offset,
    found: rows.length,
    of: count,
    retentions: tenant.retentions.get(stream),
  }
  if (rows.length < count && !permission.mayBeGone(chunk)) throw new Violation('what was acknowledged or handed out is there, whole', seen)
  chunk.gone ||= rows.length === 0
  if (rows.length > count) throw new Violation('nothing is there twice', seen)
  for (const row of rows) {
    const right = row.stream === stream && row.kind === kind && row.sequence === append.sequence! + chunk.offset + row.row
    if (!right || row.ingestionMs !== timeOf(append, chunk, row.row))
      throw new Violation('a row stands where its receipt says', { ...seen, row, ingestionMs: append.ingestionMs })
  }
}

/** Where some of a stream went, the rest of what may go is on its way. */
function doom(tenant: ModelTenant, permission: Permission): void {
  const chunks = tenant.appends.flatMap((append) => append.chunks)
  const dropping = new Set(chunks.filter(({ gone }) => gone).map((chunk) => chunk.new.stream))
  for (const chunk of chunks) chunk.doomed ||= dropping.has(chunk.new.stream) && permission.mayBeDropped(chunk)
}

/** What was erased is gone; an erasure that was not acknowledged took all of its rows or none. */
function checkErasures(tenant: ModelTenant, rows: readonly Row[], permission: Permission): void {
  const found = new Set(rows.map(({ append, chunk }) => `${append} ${chunk}`))
  for (const stream of streamsOf(tenant)) {
    const there = tenant.appends.filter(({ fate }) => fate === 'there')
    const erased = there.flatMap(({ id, chunks }) =>
      chunks
        .map((chunk, index) => ({ id, chunk, left: found.has(`${id} ${index}`) }))
        .filter(({ chunk }) => chunk.new.stream === stream && chunk.erased !== 'no'),
    )
    const back = erased.find(({ chunk, left }) => chunk.erased === 'yes' && left)
    if (back) throw new Violation('what was erased does not come back', { stream, append: back.id })
    const perhaps = erased.filter(({ chunk }) => chunk.erased === 'perhaps')
    const outcome = perhaps.some(({ left }) => left) ? 'no' : perhaps.some(({ chunk }) => !permission.mayBeDropped(chunk)) ? 'yes' : 'perhaps'
    for (const { chunk } of perhaps) chunk.erased = outcome
  }
}

/** From any position, in pieces of any size, of any of the streams: the same rows, of those that retention lets nobody drop meanwhile. */
async function checkOtherReads(log: Log, tenant: ModelTenant, rows: readonly Row[], kept: (row: Row) => boolean, random: Random): Promise<void> {
  for (let reads = 0; reads < 2; reads++) {
    const streams = streamsOf(tenant).filter(() => random.chance(0.7))
    const from = random.below(tenant.nextSequence + 1)
    const expected = rows.filter((row) => row.sequence >= from && streams.includes(row.stream))
    const read = (await readRows(log, { tenant: tenant.name, streams, from }, random.pick([1, 100, 5000]))).filter(kept)
    if (!sameRows(read, expected)) throw new Violation('every read gives the same rows', { from, ...difference(expected, read) })
  }
}
