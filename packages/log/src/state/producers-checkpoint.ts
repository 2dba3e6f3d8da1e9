import { giveWay } from '../give-way.ts'
import { seal, unseal } from '../sealed.ts'
import { restoreJsonProducers } from './json-producers.ts'
import { type LogState, type TenantState, tenantOf } from './log-state.ts'
import { NumberReader, NumberWriter } from './number-bytes.ts'
import { Producer } from './producer.ts'

const magic = 'MRPRODU2'
/** Written before others have their turn: about a millisecond. */
const appendsAStep = 8192

/**
 * The producers of all tenants; null: there are none. What is accepted meanwhile may be in it or not: it stands in journals that are left.
 */
export async function encodeProducers(state: LogState): Promise<readonly Uint8Array[] | null> {
  const tenants = [...state.tenants.values()].filter(({ producers }) => producers.size > 0)
  if (tenants.length === 0) return null
  const writer = new NumberWriter()
  let appends = 0
  writer.whole(tenants.length)
  for (const tenant of tenants) {
    const producers = [...tenant.producers.entries()]
    writer.text(tenant.name)
    writer.whole(producers.length)
    for (const [id, producer] of producers) {
      writeProducer(writer, id, producer)
      appends += producer.count
      if (appends < appendsAStep) continue
      appends = 0
      await giveWay()
    }
  }
  return seal(magic, writer.end())
}

/** Whether both copies are as they were written; null: neither is, and no producer is known. */
export function restoreProducers(state: LogState, bytes: Uint8Array): { readonly whole: boolean } | null {
  const opened = unseal(magic, bytes)
  if (opened === null) return restoreJsonProducers(state, bytes)
  const reader = new NumberReader(opened.content)
  for (let tenants = reader.whole(); tenants > 0; tenants--) {
    const tenant = tenantOf(state, reader.text())
    for (let producers = reader.whole(); producers > 0; producers--) readProducer(reader, tenant)
  }
  return { whole: opened.whole }
}

/** Sequences as what they are more than those of the append before. */
function writeProducer(writer: NumberWriter, id: string, producer: Producer): void {
  let before = { sequence: producer.floor, first: 0 }
  writer.text(id)
  writer.whole(producer.floor + 1)
  writer.whole(producer.count)
  for (let place = 0; place < producer.count; place++) {
    const accepted = producer.at(place)
    writer.whole(accepted.sequence - before.sequence)
    writer.signed(accepted.first - before.first)
    writer.float64(accepted.ingestionMs)
    writer.whole(accepted.rows.length)
    for (const rows of accepted.rows) writer.whole(rows)
    before = accepted
  }
}

function readProducer(reader: NumberReader, tenant: TenantState): void {
  const id = reader.text()
  const producer = new Producer(reader.whole() - 1)
  let before = { sequence: producer.floor, first: 0 }
  for (let count = reader.whole(); count > 0; count--) {
    const sequence = before.sequence + reader.whole()
    const first = before.first + reader.signed()
    const ingestionMs = reader.float64()
    const rows = Array.from({ length: reader.whole() }, () => reader.whole())
    before = { sequence, first }
    // Else it was erased.
    if (first >= tenant.producersFrom) producer.accept({ sequence, first, ingestionMs, rows })
  }
  if (producer.count > 0) tenant.producers.restore(id, producer)
}
