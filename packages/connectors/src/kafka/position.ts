import type { Topic } from './cluster.ts'
import { kafkaRefused } from './failures.ts'
import type { Bounds, Offsets } from './offsets.ts'

/** Where reading begins. */
export interface Start {
  readonly offsets: Offsets
  /** Messages that retention dropped before they were read, by partition. */
  readonly lost: ReadonlyMap<number, number>
}

interface Position {
  /** The topic's id: one that is made anew under the name has another. */
  readonly topic: string
  /** Of the next message, by partition. */
  readonly offsets: Readonly<Record<string, number>>
}

export function positionText(topic: Topic, offsets: Offsets): string {
  return JSON.stringify({ topic: topic.id, offsets: Object.fromEntries(offsets) } satisfies Position)
}

/** Of a source that has no position yet. */
export function firstStart(from: 'begin' | 'now', { begins, ends }: Bounds): Start {
  return { offsets: new Map(from === 'begin' ? begins : ends), lost: new Map() }
}

/** Partitions that are new since begin with their oldest message. Errors: CONNECTOR_REFUSED (it is not the topic that was read before). */
export function startAt(name: string, text: string, topic: Topic, bounds: Bounds): Start {
  const position = JSON.parse(text) as Position
  if (position.topic !== topic.id) throw madeAnew(name, 'it was made anew')
  const offsets = Object.entries(position.offsets).map(([partition, offset]) => [Number(partition), offset] as const)
  return within(name, new Map(offsets), bounds)
}

/** Errors: CONNECTOR_REFUSED (an offset lies behind its partition's end). */
export function within(name: string, offsets: Offsets, { begins, ends }: Bounds): Start {
  const found: Offsets = new Map()
  const lost = new Map<number, number>()
  for (const [partition, begin] of begins) {
    const offset = offsets.get(partition) ?? begin
    if (offset > ends.get(partition)!) throw madeAnew(name, `partition ${partition} ends at ${ends.get(partition)}, but was read up to ${offset}`)
    lost.set(partition, Math.max(begin - offset, 0))
    found.set(partition, Math.max(begin, offset))
  }
  if ([...offsets.keys()].some((partition) => !begins.has(partition))) throw madeAnew(name, 'it has fewer partitions than before')
  return { offsets: found, lost }
}

function madeAnew(name: string, how: string): Error {
  return kafkaRefused(`topic ${name} is not the one that was read before: ${how}. Delete the source and make it anew, to read this one`)
}
