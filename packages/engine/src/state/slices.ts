import type { StateWriter } from './bytes.ts'
import { Pane } from './pane.ts'

/** The slices of time that hold rows, by number; emptied panes are kept for the next slice. */
export class Slices {
  /** Rising. */
  readonly numbers: number[] = []
  private readonly panes = new Map<number, Pane>()
  private readonly spare: Pane[] = []
  private readonly words: number
  private readonly states: number

  constructor(words: number, states: number) {
    this.words = words
    this.states = states
  }

  get(number: number): Pane | undefined {
    return this.panes.get(number)
  }

  /** The slice's pane, made where there is none. */
  open(number: number): Pane {
    const known = this.panes.get(number)
    if (known !== undefined) return known
    const pane = this.spare.pop() ?? new Pane(this.words, this.states)
    this.panes.set(number, pane)
    let at = this.numbers.length
    while (at > 0 && (this.numbers[at - 1] as number) > number) at--
    this.numbers.splice(at, 0, number)
    return pane
  }

  /** Drops the slices below `number`. */
  dropBelow(number: number): void {
    let dropped = 0
    while (dropped < this.numbers.length && (this.numbers[dropped] as number) < number) this.drop(this.numbers[dropped++] as number)
    if (dropped > 0) this.numbers.splice(0, dropped)
  }

  /** The lowest slice not below `number`; Infinity: none. */
  atOrAfter(number: number): number {
    for (const known of this.numbers) if (known >= number) return known
    return Number.POSITIVE_INFINITY
  }

  get entries(): number {
    let entries = 0
    for (const pane of this.panes.values()) entries += pane.count
    return entries
  }

  get bytes(): number {
    let bytes = 0
    for (const pane of [...this.panes.values(), ...this.spare]) bytes += pane.bytes
    return bytes
  }

  *all(): Iterable<Pane> {
    for (const number of this.numbers) yield this.panes.get(number) as Pane
  }

  snapshot(writer: StateWriter): void {
    writer.number(this.numbers.length)
    for (const number of this.numbers) {
      writer.number(number)
      this.get(number)?.snapshot(writer)
    }
  }

  restore(panes: readonly (readonly [number: number, pane: Pane])[]): void {
    for (const [number, pane] of panes) {
      this.numbers.push(number)
      this.panes.set(number, pane)
    }
  }

  private drop(number: number): void {
    const pane = this.panes.get(number) as Pane
    this.panes.delete(number)
    pane.clear()
    if (this.spare.length < 8) this.spare.push(pane)
  }
}
