import { FirstOrder } from '../state/order.ts'
import { Pane } from '../state/pane.ts'
import type { AggregateCode } from './aggregate-code.ts'

/** The place in the joined pane of each entry of a slice, and for which round of places it holds. */
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
  /** The window that last touched each entry, by number of the join. */
  private rounds = new Float64Array(0)
  private touched = new Int32Array(0)
  private round = 0
  private generation = 0

  constructor(code: AggregateCode) {
    this.code = code
    this.pane = new Pane(code.shape.words, code.initial.length)
  }

  /** `panes`: the slices of a window in time order. */
  join(panes: readonly Pane[]): void {
    if (this.pane.count > 4 * this.count + 4096) this.forget()
    for (const pane of panes) this.place(pane)
    if (this.touched.length < this.pane.capacity) {
      this.rounds = new Float64Array(this.pane.capacity)
      this.touched = new Int32Array(this.pane.capacity)
    }
    this.round++
    this.count = 0
    for (const pane of panes) {
      const { places } = this.placesOf.get(pane) as Places
      this.count = this.code.join(this.pane, pane, places, this.rounds, this.round, this.touched, this.count)
    }
    this.order = this.sort.of(this.pane.first, this.touched, this.count)
  }

  /** Keys that left with their slices are dropped now and then, and the rest looked up anew. */
  forget(): void {
    this.pane.clear()
    this.generation++
  }

  private place(pane: Pane): void {
    let known = this.placesOf.get(pane)
    if (known !== undefined && known.generation === this.generation && known.count === pane.count && known.uses === pane.uses) return
    if (known === undefined || known.places.length < pane.count) {
      known = { places: new Int32Array(pane.capacity), count: 0, uses: 0, generation: 0 }
      this.placesOf.set(pane, known)
    }
    this.code.merge(pane, this.pane, known.places)
    known.count = pane.count
    known.uses = pane.uses
    known.generation = this.generation
  }
}
