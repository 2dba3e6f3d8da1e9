/** Who takes turns: a run has work to do, or not. */
export interface Runnable {
  readonly tenant: string
  /** Share relative to the tenant's other runs, above 0. */
  readonly weight: number
}

interface Entry<R> {
  readonly run: R
  readonly tenant: Lane<R>
  /** Processor time used over weight, ms; never behind that of those it competes with. */
  used: number
  ready: boolean
}

interface Lane<R> {
  readonly ready: Set<Entry<R>>
  readonly weight: number
  used: number
  /** The least use of its ready runs at the last turn: where a run that was quiet joins. */
  floor: number
  runs: number
}

/**
 * Whose turn it is: of the tenant that used the least processor time, over its weight, the run that used the least, over
 * its own. Time during which one had nothing to do is not saved up.
 */
export class Turns<R extends Runnable> {
  private readonly entries = new Map<R, Entry<R>>()
  private readonly lanes = new Map<string, Lane<R>>()
  private readonly readyLanes = new Set<Lane<R>>()
  private readonly weightOf: (tenant: string) => number
  private floor = 0

  constructor(weightOf: (tenant: string) => number = () => 1) {
    this.weightOf = weightOf
  }

  add(run: R): void {
    const lane = this.lanes.get(run.tenant) ?? { ready: new Set(), weight: this.weightOf(run.tenant), used: 0, floor: 0, runs: 0 }
    lane.runs++
    this.lanes.set(run.tenant, lane)
    this.entries.set(run, { run, tenant: lane, used: 0, ready: false })
  }

  remove(run: R): void {
    const entry = this.entries.get(run)
    if (entry === undefined) return
    this.rest(run)
    this.entries.delete(run)
    if (--entry.tenant.runs === 0) this.lanes.delete(run.tenant)
  }

  /** The run has something to do. */
  wake(run: R): void {
    const entry = this.entries.get(run)
    if (entry === undefined || entry.ready) return
    const lane = entry.tenant
    if (lane.ready.size === 0) {
      lane.used = Math.max(lane.used, this.floor)
      this.readyLanes.add(lane)
    }
    entry.used = Math.max(entry.used, lane.floor)
    entry.ready = true
    lane.ready.add(entry)
  }

  /** The run has nothing to do. */
  rest(run: R): void {
    const entry = this.entries.get(run)
    if (entry === undefined || !entry.ready) return
    entry.ready = false
    entry.tenant.ready.delete(entry)
    if (entry.tenant.ready.size === 0) this.readyLanes.delete(entry.tenant)
  }

  /** Whose turn it is; null: nobody has anything to do. */
  next(): R | null {
    const lane = least(this.readyLanes)
    if (lane === null) return null
    const entry = least(lane.ready) as Entry<R>
    this.floor = Math.max(this.floor, lane.used)
    lane.floor = Math.max(lane.floor, entry.used)
    return entry.run
  }

  /** The run used that much processor time, ms. */
  charge(run: R, ms: number): void {
    const entry = this.entries.get(run)
    if (entry === undefined) return
    entry.used += ms / run.weight
    entry.tenant.used += ms / entry.tenant.weight
  }
}

function least<E extends { readonly used: number }>(entries: Iterable<E>): E | null {
  let found: E | null = null
  for (const entry of entries) if (found === null || entry.used < found.used) found = entry
  return found
}
