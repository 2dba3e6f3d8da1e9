import type { KeyShape } from './key-shape.ts'
import type { Pane } from './pane.ts'
import { type PaneLayout, readPane, renumbered, type StatePart, type StoredPane } from './stored-pane.ts'
import { type Origins, unite, type Wants } from './unite.ts'

/** What of a snapshot an operator takes. */
export interface Taken {
  /** Which entries of a pane are this job's; null: all are. */
  readonly wants: ((shape: KeyShape) => Wants) | null
  /** Of a job spread by key one part goes on with the counts. */
  readonly counts: boolean
  /** Of an aggregate: how many states were written, and which of them each state is; null: they are the same. */
  readonly states: { readonly written: number; readonly picks: readonly number[] } | null
}

/** What an operator is restored from: the parts of a snapshot, read side by side, each holding other keys. */
export class Restoring {
  readonly parts: readonly StatePart[]
  private readonly taken: Taken

  constructor(parts: readonly StatePart[], taken: Taken) {
    this.parts = parts
    this.taken = taken
  }

  /** The next number of every part: the highest. */
  highest(): number {
    return Math.max(...this.parts.map(({ reader }) => reader.number()))
  }

  /** The next number of every part, a count: their sum, on one part of the job. */
  total(): number {
    const sum = this.parts.reduce((all, { reader }) => all + reader.number(), 0)
    return this.taken.counts ? sum : 0
  }

  /** Layout of the panes of an aggregate. */
  aggregates(shape: KeyShape, states: number, textStates: readonly number[]): PaneLayout {
    const own = paneLayout(shape, states, textStates)
    return this.taken.states === null ? own : { ...own, ...this.taken.states }
  }

  /** The next pane of every part, as one. */
  pane(layout: PaneLayout): { readonly pane: Pane; readonly origins: Origins } {
    const stored = this.parts.map((part, at) => readPane(part, at, layout))
    return unite(stored, layout, this.wants(layout))
  }

  /** The next panes by number of every part; those of the same number as one, numbers rising, none empty. */
  panes(layout: PaneLayout): readonly (readonly [number: number, pane: Pane])[] {
    const stored = new Map<number, StoredPane[]>()
    this.parts.forEach((part, at) => {
      for (let left = part.reader.count(); left > 0; left--) {
        const number = part.reader.number()
        stored.set(number, [...(stored.get(number) ?? []), readPane(part, at, layout)])
      }
    })
    const numbers = [...stored.keys()].sort((a, b) => a - b)
    const wants = this.wants(layout)
    return numbers.map((number) => [number, unite(stored.get(number) as StoredPane[], layout, wants).pane] as const).filter(([, { count }]) => count > 0)
  }

  /** The next column of every part, by entry of the pane whose origins these are; where a part wrote none it is 0. */
  column(origins: Origins, text: boolean): Float64Array {
    const columns = this.parts.map(({ reader, numbers }) => renumbered(reader.float64(), text ? numbers : null))
    if (origins === null) return new Float64Array(columns[0] as Float64Array)
    const { part, entry } = origins
    const all = new Float64Array(entry.length)
    for (let at = 0; at < all.length; at++) all[at] = columns[part[at] as number]?.[entry[at] as number] ?? 0
    return all
  }

  private wants({ shape }: PaneLayout): Wants | null {
    return this.taken.wants?.(shape) ?? null
  }
}

/** Layout of panes written as they are. */
export function paneLayout(shape: KeyShape, states: number, textStates: readonly number[]): PaneLayout {
  return { shape, written: states, picks: Array.from({ length: states }, (_, at) => at), textStates }
}
