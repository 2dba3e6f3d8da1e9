import type { StateWriter } from '../state/bytes.ts'
import type { KeyShape } from '../state/key-shape.ts'
import { Pane } from '../state/pane.ts'
import { paneLayout, type Restoring } from '../state/restoring.ts'
import type { Origins } from '../state/unite.ts'
import { renumberMembers } from './pane-members.ts'

/** State of an alert, a number a key each. */
export const episodeStates = [
  'open', // 1: an episode is open
  'ever', // 1: the key had an episode
  'newest', // highest place seen
  'opening', // place of the row that opened the last episode
  'lastTrue', // highest place of a true row of the last episode
  'cooling', // place from which the cooldown counts; -Infinity: no opening counts
  'withdrawn', // 1: the last episode was withdrawn
  'revision', // of the last row told of the last episode
  'message', // its text, a number of the job's strings; -1: none
  'origin', // sequence of the row that opened it
  'element', // that row's number among those of its cause; -1: it has none
  'openedStart', // window of that row
  'openedEnd',
  'number', // of the opening, rising through all keys
] as const

export type EpisodeState = (typeof episodeStates)[number]

const stateNumbers = Object.fromEntries(episodeStates.map((state, number) => [state, number])) as Readonly<Record<EpisodeState, number>>

/** Value of each state of a key just met, as code. */
export const initialEpisode: readonly string[] = episodeStates.map((state) => {
  if (state === 'newest' || state === 'cooling' || state === 'opening' || state === 'lastTrue') return '-Infinity'
  return state === 'message' ? '-1' : '0'
})

/** Episodes by key, as columns, and the open ones in the order in which they opened. */
export class Episodes {
  pane: Pane
  private opened: { readonly entry: number; readonly number: number }[] = []
  private openings = 0
  openNow = 0
  /** In a job that is one part of several; their columns stand behind those of the states. */
  private readonly places: number

  /** `places`: how many numbers beside its sequence order the row that opened an episode. */
  constructor(words: number, places = 0) {
    this.places = places
    this.pane = new Pane(words, episodeStates.length + places)
  }

  get(state: EpisodeState, entry: number): number {
    return this.column(state)[entry] as number
  }

  set(state: EpisodeState, entry: number, value: number): void {
    this.column(state)[entry] = value
  }

  placesOf(entry: number): readonly number[] {
    return this.placeColumns().map((column) => column[entry] as number)
  }

  setPlace(entry: number, at: number, value: number): void {
    ;(this.pane.states[episodeStates.length + at] as Float64Array)[entry] = value
  }

  open(entry: number): void {
    this.set('open', entry, 1)
    this.set('number', entry, ++this.openings)
    this.opened.push({ entry, number: this.openings })
    this.openNow++
  }

  close(entry: number): void {
    this.set('open', entry, 0)
    this.openNow--
  }

  /** Entries with an open episode, in the order of opening. */
  allOpen(): readonly number[] {
    if (this.opened.length > this.openNow)
      this.opened = this.opened.filter(({ entry, number }) => this.get('open', entry) === 1 && this.get('number', entry) === number)
    return this.opened.map(({ entry }) => entry)
  }

  /** The lowest `newest` of an open episode; Infinity: none is open. */
  lowestNewest(): number {
    if (this.opened.length > 2 * this.openNow) this.allOpen()
    const open = this.column('open')
    const newest = this.column('newest')
    let lowest = Number.POSITIVE_INFINITY
    for (const { entry } of this.opened) if (open[entry] === 1) lowest = Math.min(lowest, newest[entry] as number)
    return lowest
  }

  /** Keeps only the entries for which `live` holds; `moved` tells every kept one's new place. */
  compact(live: (entry: number) => boolean, moved: (from: number, to: number) => void): void {
    const { pane } = this
    let to = 0
    for (let from = 0; from < pane.count; from++) {
      if (!live(from)) continue
      moveEntry(pane, from, to)
      moved(from, to++)
    }
    pane.count = to
    pane.placeAll()
    this.findOpen()
  }

  renumberMembers(shape: KeyShape, numbers: Int32Array, moved: (from: number, to: number) => void): void {
    renumberMembers(this.pane, shape, numbers, moved)
    this.findOpen()
  }

  snapshot(writer: StateWriter): void {
    writer.number(this.openings)
    this.pane.snapshot(writer, episodeStates.length)
    writer.number(this.places)
    for (const column of this.placeColumns()) writer.array(column, this.pane.count)
  }

  /** Answers where the entries stood. */
  restore(from: Restoring, shape: KeyShape): Origins {
    this.openings = from.highest()
    const { pane, origins } = from.pane(paneLayout(shape, episodeStates.length, [episodeStates.indexOf('message')]))
    this.pane = pane
    const places = Array.from({ length: from.highest() }, () => from.column(origins, false))
    if (from.parts.length > 1) this.numberAnew(places)
    this.restorePlaces(places)
    this.findOpen()
    return origins
  }

  /** A job that was not spread knows no places: its numbers order what opened in it, also for jobs that are parts. */
  private restorePlaces(written: readonly Float64Array[]): void {
    const columns = written.length === 0 ? [this.column('number')] : written
    for (let at = 0; at < this.places; at++) {
      const column = new Float64Array(this.pane.capacity + 1)
      const known = columns[at]
      if (known !== undefined) column.set(known.subarray(0, this.pane.count))
      this.pane.states.push(column)
    }
  }

  /** Every part numbered its own openings; what opened them tells their order. */
  private numberAnew(places: readonly Float64Array[]): void {
    const entries = this.openEntries([this.column('origin'), ...places, this.column('number').slice()])
    for (let at = 0; at < entries.length; at++) this.set('number', entries[at] as number, at + 1)
    this.openings = entries.length
  }

  private findOpen(): void {
    const numbers = this.column('number')
    this.opened = Array.from(this.openEntries([numbers]), (entry) => ({ entry, number: numbers[entry] as number }))
    this.openNow = this.opened.length
  }

  /** Entries with an open episode, ordered by columns, the most significant first. */
  private openEntries(columns: readonly Float64Array[]): Int32Array {
    const open = this.column('open')
    const entries = new Int32Array(this.pane.count)
    let count = 0
    for (let entry = 0; entry < entries.length; entry++) if (open[entry] === 1) entries[count++] = entry
    return entries.subarray(0, count).sort((a, b) => {
      for (const column of columns) if (column[a] !== column[b]) return (column[a] as number) - (column[b] as number)
      return 0
    })
  }

  private placeColumns(): Float64Array[] {
    return this.pane.states.slice(episodeStates.length)
  }

  private column(state: EpisodeState): Float64Array {
    return this.pane.states[stateNumbers[state]] as Float64Array
  }
}

function moveEntry(pane: Pane, from: number, to: number): void {
  if (from === to) return
  pane.keys.copyWithin(to * pane.words, from * pane.words, (from + 1) * pane.words)
  pane.hashes[to] = pane.hashes[from] as number
  pane.first[to] = pane.first[from] as number
  for (const state of pane.states) state[to] = state[from] as number
}
