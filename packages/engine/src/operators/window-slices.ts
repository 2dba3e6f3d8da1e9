import type { StateWriter } from '../state/bytes.ts'
import type { Pane } from '../state/pane.ts'
import { paneLayout, type Restoring } from '../state/restoring.ts'
import { Slices } from '../state/slices.ts'
import type { Slicing } from '../state/slicing.ts'
import type { AggregateCode } from './aggregate-code.ts'
import { memberOf, renumberMembers } from './pane-members.ts'
import { markPane, renumberPane } from './pane-strings.ts'
import { SliceBlocks } from './slice-blocks.ts'
import { WindowJoin } from './window-join.ts'

/** The keys of a window: entries of the pane, in the order given (null: all in turn). */
export interface WindowKeys {
  readonly pane: Pane
  readonly order: Int32Array | null
  readonly count: number
}

/** What windows are made of: slices of time, and what is joined from them. */
export class WindowSlices {
  readonly slices: Slices
  readonly blocks: SliceBlocks
  /** By fired window: keys that were revised, with their last revision. */
  readonly revisions: Slices
  private readonly code: AggregateCode
  private readonly perWindow: number
  /** Of windows of several slices. */
  private readonly joined: WindowJoin

  constructor(code: AggregateCode, { perWindow }: Slicing) {
    const { words } = code.shape
    this.code = code
    this.perWindow = perWindow
    this.slices = new Slices(words, code.initial.length)
    this.revisions = new Slices(words, 1)
    this.blocks = new SliceBlocks(code, this.slices, perWindow)
    this.joined = new WindowJoin(code)
  }

  /** The first window from that one on that holds a slice with rows. */
  nextWindow(firstOpen: number): number {
    const first = this.slices.atOrAfter(firstOpen - this.perWindow + 1)
    return first === Number.POSITIVE_INFINITY ? first : Math.max(first, firstOpen)
  }

  /** What the window is joined from, in time order. */
  panesOf(window: number): Pane[] {
    return this.blocks.cover(window - this.perWindow + 1, window)
  }

  /** All of a window that fires, valid until the next one is asked for. */
  keysOf(window: number): WindowKeys {
    if (this.perWindow === 1) {
      const pane = this.slices.get(window) as Pane
      return { pane, order: null, count: pane.count }
    }
    this.joined.join(this.panesOf(window))
    return this.joined
  }

  dropBelow(slice: number, window: number): void {
    this.slices.dropBelow(slice)
    this.blocks.dropBelow(slice)
    this.revisions.dropBelow(window)
  }

  get bytes(): number {
    return this.slices.bytes + this.revisions.bytes + this.blocks.bytes + this.joined.pane.bytes
  }

  snapshot(writer: StateWriter): void {
    this.slices.snapshot(writer)
    this.revisions.snapshot(writer)
  }

  restore(from: Restoring): void {
    const { shape, initial, textStates } = this.code
    this.slices.restore(from.panes(from.aggregates(shape, initial.length, textStates)))
    this.revisions.restore(from.panes(paneLayout(shape, 1, [])))
  }

  eachMember(visit: (member: number) => void): void {
    for (const pane of this.slices.all()) for (let entry = 0; entry < pane.count; entry++) visit(memberOf(pane, entry))
  }

  renumberMembers(numbers: Int32Array): void {
    for (const pane of [...this.slices.all(), ...this.revisions.all()]) renumberMembers(pane, this.code.shape, numbers)
    this.forgetJoined()
  }

  markStrings(used: Uint8Array): void {
    for (const pane of this.slices.all()) markPane(pane, this.code.shape, this.code.textStates, used)
    for (const pane of this.revisions.all()) markPane(pane, this.code.shape, [], used)
  }

  renumberStrings(numbers: Int32Array): void {
    for (const pane of this.slices.all()) renumberPane(pane, this.code.shape, this.code.textStates, numbers)
    for (const pane of this.revisions.all()) renumberPane(pane, this.code.shape, [], numbers)
    this.forgetJoined()
  }

  private forgetJoined(): void {
    this.blocks.forget()
    this.joined.forget()
  }
}
