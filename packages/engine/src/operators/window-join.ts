import { FirstOrder } from '../state/order.ts'
import { Pane } from '../state/pane.ts'
import type { AggregateCode } from './aggregate-code.ts'

/** The place in the joined pane of each entry of a slice, and what it holds for. */
interface Places {
  places: Int32Array
  count: number
  uses: number
  generation: number
}

/**
 * Joins the slices of a window. The joined pane lives on from window to window, so that the keys of a
 * slice are looked up once and not for every window that holds it; only states are folded anew.
 */
export class WindowJoin {
  readonly pane: Pane
  /** Entries of the pane that the last window holds, in the order of semantics O2. */
  order: Int32Array = new Int32Array(0)
  count = 0
  private readonly code: AggregateCode
  private readonly placesOf = new WeakMap<Pane, Places>()
  private readonly sort = new FirstOrder()
  /** The same entries as they were met, and for each entry of the pane 1 if it is among them. */
  private touched = new Int32Array(0)
  private met = new Uint8Array(0)
  private generation = 0

  constructor(code: AggregateCode) {
    this.code = code
    this.pane = new Pane(code.shape.words, code.initial.length)
  }

  /** `panes`: the slices of a window in time order. */
  join(panes: readonly Pane[]): void {
    this.forgetLast()
    const places = panes.map((pane) => this.placesIn(pane))
    this.reserve()
    for (let at = 0; at < panes.length; at++) {
      const pane = panes[at] as Pane
      this.meet(places[at] as Int32Array, pane.count)
      this.code.join(this.pane, pane, places[at] as Int32Array)
    }
    this.order = this.sort.of(this.pane.first, this.touched, this.count)
  }

  /** Looks all keys up anew from now on. */
  forget(): void {
    this.pane.clear()
    this.generation++
    this.met.fill(0)
    this.count = 0
  }

  /** Makes the entries of the last window as new; keys that left with their slices are dropped now and then. */
  private forgetLast(): void {
    if (this.pane.count > 4 * this.count + 4096) {
      this.forget()
      return
    }
    const { met, touched } = this
    for (let x = 0; x < this.count; x++) met[touched[x] as number] = 0
    this.code.reset(this.pane, touched, this.count)
    this.count = 0
  }

  /** Without a branch: every entry is written to the next place, which moves on only for those not met yet. */
  private meet(places: Int32Array, count: number): void {
    const { touched, met } = this
    let next = this.count
    for (let x = 0; x < count; x++) {
      const entry = places[x] as number
      touched[next] = entry
      next += 1 - (met[entry] as number)
      met[entry] = 1
    }
    this.count = next
  }

  private reserve(): void {
    if (this.met.length === this.pane.capacity) return
    this.met = new Uint8Array(this.pane.capacity)
    this.touched = new Int32Array(this.pane.capacity + 1)
  }

  private placesIn(pane: Pane): Int32Array {
    const known = this.placesOf.get(pane)
    if (known !== undefined && known.generation === this.generation && known.count === pane.count && known.uses === pane.uses) return known.places
    const places = known !== undefined && known.places.length >= pane.count ? known.places : new Int32Array(pane.capacity)
    this.code.merge(pane, this.pane, places)
    this.placesOf.set(pane, { places, count: pane.count, uses: pane.uses, generation: this.generation })
    return places
  }
}
