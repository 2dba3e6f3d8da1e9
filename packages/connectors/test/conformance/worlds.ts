import type { Sink, Source } from '../../src/contract.ts'
import type { Columns } from './rows.ts'

/** What is wrong with the settings or the system: the login, the queue or topic or table's place is missing, nobody listens, nobody answers. */
export type Fault = 'login' | 'place' | 'nobody' | 'silence'

/** A system, with a place of its own in it: a queue, topic, exchange, table. All that it opens has short time limits. */
interface World {
  /** Ends all connections that were opened, as a system that dies would. It can be reached again at once. */
  cut(): void | Promise<void>
  /** Connections stay, but nothing is answered any more on those that were opened. */
  silence(): void | Promise<void>
  end(): Promise<void>
}

export interface SourceWorld extends World {
  open(position: string | null, fault?: Fault): Promise<Source>
  /** Resolves when the system has them, in their order. */
  send(bodies: readonly Uint8Array[]): Promise<void>
}

export interface SinkWorld extends World {
  /** 'messages': every row that was written; 'results': the newest row of each result. */
  readonly keeps: 'messages' | 'results'
  readonly guarantee: 'exactly once' | 'at least once'
  /** Opens the same sink again each time. */
  open(place: OpenAt, fault?: Fault): Promise<Sink>
  /** What is there now: in the order of the rows for messages, in any for results; the values of a line by column, as `valuesOf` gives them. */
  read(): Promise<readonly Columns[]>
  /** A column's values that the system cannot keep, other rows being there all the same; null: it keeps all. */
  readonly impossible: Columns | null
}

export interface OpenAt {
  readonly from: number
  readonly next: number
}
