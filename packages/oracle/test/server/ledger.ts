import type { IntakeReceipt } from '@millrace/api'
import { type Lines, type NumberedStream, streamWithIds } from './numbered-lines.ts'

/** What a producer sent, and what it was told. */
export interface Entry {
  readonly stream: NumberedStream
  readonly lines: Lines
  /**
   * `body`: with a producer and a sequence, repeated until it is acknowledged: all of it once, or nothing.
   * `loose`: without, and not repeated: of one that was not acknowledged any lines from its begin.
   * `lines`: over TCP, of a producer that goes on behind those that are durable: each once, none before one that is missing.
   * `message`: over MQTT, at least once; where the stream has a column of message ids, its records once.
   */
  readonly kind: 'body' | 'loose' | 'lines' | 'message'
  /** How often it was sent. */
  tries: number
  acknowledged: boolean
  /** Of a body. */
  receipt: IntakeReceipt | null
}

/** What stands in the log of the lines of a stream. */
export interface Found {
  /** Sequences by the number of the line. */
  readonly good: ReadonlyMap<number, readonly number[]>
  readonly bad: ReadonlyMap<number, readonly number[]>
}

/** Whether nothing acknowledged is missing and nothing is doubled; null: so it is. */
export function faultInLedger(ledger: readonly Entry[], found: Readonly<Record<NumberedStream, Found>>): string | null {
  for (const entry of ledger) {
    const reason = faultOf(entry, found[entry.stream])
    if (reason !== null) return `${entry.kind} of ${entry.stream}, lines ${JSON.stringify(entry.lines)}, sent ${entry.tries} times: ${reason}`
  }
  return unknownIn(ledger, found)
}

function faultOf(entry: Entry, { good, bad }: Found): string | null {
  const { lines, kind, acknowledged, receipt } = entry
  const places = lines.good.map((number) => good.get(number) ?? [])
  const copies = { good: places.map(({ length }) => length), bad: lines.bad.map((number) => bad.get(number)?.length ?? 0) }
  const all = [...copies.good, ...copies.bad]
  const most = mostCopies(entry)
  if (copies.good.some((count) => count > most.good) || copies.bad.some((count) => count > most.bad)) return `lines are there ${Math.max(...all)} times`
  if (acknowledged && all.includes(0)) return `${all.filter((count) => count === 0).length} acknowledged lines are missing`
  if (kind === 'loose' || kind === 'lines') return hasGap(places) ? 'a line is missing before one that is there' : null
  if (new Set(most.good === most.bad ? all : copies.good).size > 1) return `lines are there ${Math.min(...all)} to ${Math.max(...all)} times`
  return receipt === null ? null : receiptFault(receipt, lines, places)
}

/** A record that is sent again is known by its id, where it has one; a misfit has none. */
function mostCopies({ kind, stream, tries }: Entry): { readonly good: number; readonly bad: number } {
  const bad = kind === 'message' ? tries : 1
  return { good: stream === streamWithIds ? 1 : bad, bad }
}

function hasGap(places: readonly (readonly number[])[]): boolean {
  const end = places.findIndex(({ length }) => length === 0)
  return end >= 0 && places.slice(end).some(({ length }) => length > 0)
}

/** What the producer was told is what stands in the log; of records that were known by their ids it is told that they are. */
function receiptFault(receipt: IntakeReceipt, { good, bad }: Lines, places: readonly (readonly number[])[]): string | null {
  const { accepted, rejected, repeated, sequences } = receipt
  if (accepted + repeated !== good.length || rejected !== bad.length) return `the receipt is ${JSON.stringify(receipt)}`
  if (repeated > 0) return null
  const expected = good.length === 0 ? null : [places[0]?.[0], places.at(-1)?.[0]]
  return JSON.stringify(sequences) === JSON.stringify(expected) ? null : `the receipt says ${JSON.stringify(sequences)}, the log ${JSON.stringify(expected)}`
}

function unknownIn(ledger: readonly Entry[], found: Readonly<Record<NumberedStream, Found>>): string | null {
  for (const [stream, { good, bad }] of Object.entries(found)) {
    const sent = ledger.filter((entry) => entry.stream === stream)
    const known = { good: new Set(sent.flatMap(({ lines }) => lines.good)), bad: new Set(sent.flatMap(({ lines }) => lines.bad)) }
    const strange = [...good.keys()].find((number) => !known.good.has(number)) ?? [...bad.keys()].find((number) => !known.bad.has(number))
    if (strange !== undefined) return `nobody sent line ${strange} of ${stream}`
  }
  return null
}
