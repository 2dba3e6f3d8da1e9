import type { Message, Row } from './brokers.ts'
import type { Sent } from './senders.ts'

const textOf = (row: Row | undefined): string => JSON.stringify(row)

/** Is each line that was sent there, once? Null: so it is. `most`: how often a misfit may be there. */
export function faultInLines(sent: Sent, records: readonly Row[], letters: readonly Row[], most: number): string | null {
  const good = timesOf(records.map(({ number }) => Number(number)))
  const bad = timesOf(letters.map(({ text }) => Number(/bad-(\d+)/.exec(String(text))?.[1])))
  return faultIn('record', sent.good, good, 1) ?? faultIn('dead letter', sent.bad, bad, most)
}

function timesOf(numbers: readonly number[]): ReadonlyMap<number, number> {
  const times = new Map<number, number>()
  for (const number of numbers) times.set(number, (times.get(number) ?? 0) + 1)
  return times
}

function faultIn(what: string, sent: ReadonlySet<number>, found: ReadonlyMap<number, number>, most: number): string | null {
  for (const number of sent) if (!found.has(number)) return `${what} ${number} of ${sent.size} is missing`
  for (const [number, times] of found) {
    if (!sent.has(number)) return `${what} ${number} was never sent`
    if (times > most) return `${what} ${number} is there ${times} times`
  }
  return null
}

/** Are the messages of a topic the results, each once, those of a key in their order? Null: they are. */
export function faultInTopic(results: readonly Row[], found: readonly Row[]): string | null {
  const [wanted, there] = [bySensor(results), bySensor(found)]
  for (const sensor of new Set([...wanted.keys(), ...there.keys()])) {
    const fault = firstDifference(wanted.get(sensor) ?? [], there.get(sensor) ?? [])
    if (fault !== null) return `the topic, sensor ${sensor}: ${fault}`
  }
  return null
}

function bySensor(rows: readonly Row[]): ReadonlyMap<unknown, readonly Row[]> {
  return Map.groupBy(rows, ({ sensor }) => sensor)
}

function firstDifference(wanted: readonly Row[], found: readonly Row[]): string | null {
  const most = Math.max(wanted.length, found.length)
  for (let at = 0; at < most; at++) if (textOf(wanted[at]) !== textOf(found[at])) return `row ${at} is ${textOf(found[at])}, in the log ${textOf(wanted[at])}`
  return null
}

/** Are the messages of a queue the results in their order, but for some that came again under the same id? Null: they are. */
export function faultInQueue(results: readonly Row[], found: readonly Message[]): string | null {
  const strange = found.find(({ id, row }) => id !== row['_id'])
  if (strange !== undefined) return `the queue: a message is called ${strange.id}, its row ${strange.row['_id']}`
  const first = [...new Map(found.map(({ row }) => [textOf(row), row])).values()]
  const fault = firstDifference(results, first)
  return fault === null ? null : `the queue: ${fault}`
}

/** Has a table the newest revision of each result, and nothing else? Null: it has. */
export function faultInTable(results: readonly Row[], found: readonly Row[]): string | null {
  const newest = new Map(results.map((row) => [row['_id'], row]))
  if (found.length !== newest.size) return `the table has ${found.length} rows, there are ${newest.size} results`
  for (const row of found) {
    const wanted = newest.get(row['_id'])
    const differs = ['_revision', 'sensor', 'readings', 'highest', 'total'].find((column) => Number(row[column]) !== Number(wanted?.[column]) && column in row)
    if (differs !== undefined) return `the table has ${differs} of ${textOf(row)}, in the log ${textOf(wanted)}`
  }
  return null
}
