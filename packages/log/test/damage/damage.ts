import { basename } from 'node:path'
import type { LogEvent, OpenLog } from '@millrace/log'
import type { Random } from '@millrace/log/testing'
import { makeChunk } from '../power-loss/payload.ts'
import type { Row } from '../power-loss/read-rows.ts'
import { Violation } from '../power-loss/violation.ts'
import { allRows, diskOf, logOptions, type SmallLog, streams, tenants } from './small-log.ts'

/** What was done to a file of a log: it ends before `at`, its byte there has other bits, or it is gone. */
export interface Damage {
  readonly kind: 'cut' | 'flipped' | 'removed'
  readonly path: string
  readonly at: number
  readonly bits: number
}

/** Every prefix and every flipped byte of every file, and each file gone; `step`: about each so many. */
export function* everyDamage({ files }: SmallLog, random: Random, step = 1): Generator<Damage> {
  for (const [path, { length }] of files) {
    yield { kind: 'removed', path, at: 0, bits: 0 }
    for (let at = random.below(step); at < length; at += random.between(1, 2 * step - 1)) {
      yield { kind: 'cut', path, at, bits: 0 }
      yield { kind: 'flipped', path, at, bits: 1 << random.below(8) }
    }
  }
}

/** Opens a damaged log, reads all of it, appends, opens it again. Answers the rows that are missing. */
export async function checkDamage(openLog: OpenLog, small: SmallLog, damage: Damage): Promise<number> {
  const disk = diskOf(damagedFiles(small.files, damage))
  const before = disk.files()
  const events: LogEvent[] = []
  const log = await openLog({ ...logOptions(disk), report: (event) => events.push(event) }).catch((error: unknown) => {
    if (!mayBeRefused(error, small, damage)) throw error
    return null
  })
  if (log === null) {
    if (!sameFiles(before, disk.files())) throw new Violation('a log that is refused is left as it is', { damage })
    return 0
  }
  const left = await allRows(log)
  const missing = tenants.flatMap((tenant) => missingOf(tenant, small, left).map((row) => ({ tenant, ...row })))
  checkNamed(missing, events, damage)
  checkConfined(missing, damage)

  for (const tenant of tenants) {
    const receipt = await log.append({ tenant, chunks: [makeChunk(100, 0, { stream: streams[0], kind: 'batch', rows: 2 }, 3)] })
    const told = events.some(({ kind }) => kind === 'tail-cut') ? left : small.rows
    const highest = told.get(tenant)!.at(-1)?.sequence ?? 0
    if (receipt.sequences[0]! <= highest) throw new Violation('sequences strictly rise', { highest, receipt, damage })
  }
  await log.maintain()
  await log.close()
  const again = await openLog(logOptions(disk))
  const rows = await allRows(again)
  for (const tenant of tenants) {
    const kept = rows.get(tenant)!.filter((row) => row.append !== 100)
    if (JSON.stringify(kept) !== JSON.stringify(left.get(tenant)) || rows.get(tenant)!.length !== kept.length + 2) {
      throw new Violation('what is left of a damaged log stays', { damage, before: left.get(tenant)!.length, after: rows.get(tenant)!.length })
    }
  }
  await again.close()
  return missing.length
}

function damagedFiles(files: ReadonlyMap<string, Uint8Array>, { kind, path, at, bits }: Damage): ReadonlyMap<string, Uint8Array> {
  const damaged = new Map(files)
  const bytes = files.get(path)!.slice()
  bytes[at] = bytes[at]! ^ bits
  if (kind === 'removed') damaged.delete(path)
  else damaged.set(path, kind === 'cut' ? bytes.subarray(0, at) : bytes)
  return damaged
}

function sameFiles(files: ReadonlyMap<string, Uint8Array>, others: ReadonlyMap<string, Uint8Array>): boolean {
  return files.size === others.size && [...files].every(([path, bytes]) => Buffer.compare(bytes, others.get(path) ?? new Uint8Array(0)) === 0)
}

/** Only where both copies in the manifest are gone: one flipped byte leaves one of them. */
function mayBeRefused(error: unknown, small: SmallLog, { kind, path, at }: Damage): boolean {
  const isManifest = basename(path) === 'manifest' && kind !== 'flipped' && at < small.files.get(path)!.length / 2
  return isManifest && error instanceof Error && 'code' in error && error.code === 'LOG_DAMAGED'
}

function missingOf(tenant: string, small: SmallLog, left: ReadonlyMap<string, readonly Row[]>): readonly Row[] {
  const rows = left.get(tenant)!
  const there = new Set(rows.map((row) => JSON.stringify(row)))
  const before = small.rows.get(tenant)!
  const known = new Set(before.map((row) => JSON.stringify(row)))
  const wrong = rows.find((row) => !known.has(JSON.stringify(row)))
  if (wrong) throw new Violation('what is left of a damaged log is as it was', { tenant, wrong })
  if (there.size !== rows.length) throw new Violation('nothing is there twice', { tenant })
  return before.filter((row) => !there.has(JSON.stringify(row)))
}

/** What is missing is named: the file, the place, the rows where they are known. */
function checkNamed(missing: readonly Row[], events: readonly LogEvent[], damage: Damage): void {
  const seen = { damage, missing: missing.length, events }
  const told = events.filter((event) => event.kind === 'damage' || event.kind === 'tail-cut')
  if (missing.length > 0 && told.length === 0) throw new Violation('what is missing is reported', seen)
  if (told.some(({ file }) => basename(file) !== basename(damage.path))) throw new Violation('damage is reported of the damaged file only', seen)
  const damages = told.filter((event) => event.kind === 'damage')
  const rows = damages.some((event) => event.rows === null) ? null : damages.reduce((sum, event) => sum + event.rows!, 0)
  const cut = told.some((event) => event.kind === 'tail-cut')
  if (!cut && damages.length > 0 && rows !== null && rows !== missing.length) throw new Violation('reported damage tells the missing rows', seen)
  if (damage.kind === 'flipped' && told.length > 0 && !told.some((event) => event.offset <= damage.at && damage.at < event.offset + event.bytes)) {
    throw new Violation('reported damage tells the place', seen)
  }
}

/** One flipped byte takes no more than one commit of a journal, or rows of one stream of one segment. */
function checkConfined(missing: readonly (Row & { readonly tenant: string })[], damage: Damage): void {
  if (damage.kind !== 'flipped') return
  const seen = { damage, missing: missing.map(({ tenant, stream, append, sequence }) => [tenant, stream, append, sequence]) }
  const places = new Set(missing.map((row) => (damage.path.endsWith('.journal') ? row.append : `${row.tenant} ${row.stream}`)))
  if (places.size > 1) throw new Violation('damage takes no more than the commit or the segment in which it is', seen)
}
