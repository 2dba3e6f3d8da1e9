import type { Chunk, Log } from '@millrace/log'
import type { ModelAppend, ModelTenant } from './model.ts'
import { mayExpire, streamsOf } from './permission.ts'
import { type Row, readRows } from './read-rows.ts'
import { sameRows } from './same-rows.ts'
import { Violation } from './violation.ts'

/** What a log says of a tenant without reading it. */
export async function checkFigures(log: Log, tenant: ModelTenant, rows: readonly Row[]): Promise<void> {
  const { name } = tenant
  if (log.nextSequence(name) < tenant.nextSequence) {
    throw new Violation('no sequence is given twice', { next: log.nextSequence(name), given: tenant.nextSequence - 1 })
  }
  if (log.lastMs < tenant.lastMs) throw new Violation('log time survives a restart', { lastMs: log.lastMs, told: tenant.lastMs })
  for (const model of tenant.pins.values()) {
    const found = log.pins(name).find((pin) => pin.name === model.pin.name)
    const holds = found && found.sequence <= model.pin.sequence
    if (!holds && !mayExpire(tenant, model)) throw new Violation('a pin holds through a restart', { pin: model.pin, found })
  }
  for (const producer of tenant.producers.keys()) checkProducer(log, tenant, producer)
  await checkStreams(log, tenant, rows)
}

/** An append of which nobody knows counts as accepted where the log says so. */
function checkProducer(log: Log, tenant: ModelTenant, id: string): void {
  const sent = tenant.appends.filter(({ producer }) => producer?.id === id)
  const highest = highestOf(sent.filter(({ fate }) => fate === 'there' || fate === 'unknown'))
  const remembered = highestOf(sent.filter((append) => append.fate === 'there' && append.id >= tenant.rememberedFrom))
  const told = log.producerSequence(tenant.name, id) ?? -1
  if (told < remembered || told > highest) throw new Violation('the sequence of a producer is the highest accepted', { id, told, remembered, highest })
}

function highestOf(appends: readonly ModelAppend[]): number {
  return Math.max(-1, ...appends.map(({ producer }) => producer!.sequence))
}

/** Only where no row was dropped while it looked. */
async function checkStreams(log: Log, tenant: ModelTenant, rows: readonly Row[]): Promise<void> {
  const { name } = tenant
  const streams = streamsOf(tenant)
  const figures = log.streams(name)
  const last = new Map<string, Chunk | null>()
  for (const stream of streams) last.set(stream, await log.last(name, stream))
  const ms = rows[Math.floor(rows.length / 2)]?.ingestionMs ?? 0
  const at = await log.sequenceAt(name, ms)
  if (!sameRows(rows, await readRows(log, { tenant: name, streams }))) return

  for (const stream of streams) {
    const of = rows.filter((row) => row.stream === stream)
    const figure = figures.find((known) => known.stream === stream)
    const seen = { stream, figure, rows: of.length, first: of[0]?.sequence, last: of.at(-1)?.sequence }
    const right = (figure?.rows ?? 0) === of.length && (figure?.firstSequence ?? undefined) === of[0]?.sequence
    if (!right || (of.length > 0 && figure?.lastSequence !== of.at(-1)!.sequence)) throw new Violation('the figures of a stream are those of its rows', seen)
    const records = of.filter(({ kind }) => kind === 'batch' || kind === 'bytes').length
    if ((figure?.records ?? 0) !== records) throw new Violation('the records of a stream are its rows but those of the clock and of marks', seen)
    if (figure && figure.droppedUpTo >= (of[0]?.sequence ?? Number.POSITIVE_INFINITY)) throw new Violation('what was dropped is not kept', seen)
    if ((last.get(stream) === null) !== (of.length === 0)) throw new Violation('the newest chunk is there where a stream has rows', seen)
  }
  const first = rows.find(({ ingestionMs }) => ingestionMs >= ms)
  if (first && at !== first.sequence) throw new Violation('the sequence at a time is that of its first row', { ms, at, first })
}
