import type { Rows } from '@millrace/columns'
import { type AlertOperator, type Field, nextWindowEnd, type Plan, type Relation } from '@millrace/plan'
import type { FailureCount } from '../code/runtime.ts'
import type { AlertStats } from '../job.ts'
import type { OperatorContext, StatefulOperator } from '../operator.ts'
import type { StateWriter } from '../state/bytes.ts'
import { type KeyShape, keyShape } from '../state/key-shape.ts'
import type { Restoring } from '../state/restoring.ts'
import { type AlertCode, alertCode } from './alert-code.ts'
import { AlertRows } from './alert-rows.ts'
import { EpisodeLookup } from './episode-lookup.ts'
import { Episodes, episodeStates } from './episodes.ts'
import { memberOf } from './pane-members.ts'
import { markPane, renumberPane } from './pane-strings.ts'
import { StoredRows } from './stored-rows.ts'

interface Pending {
  readonly rows: Rows
  readonly from: number
  at: number
  readonly to: number
}

/** Turns rows into episodes, one at a time a key, by the rules of semantics R4. */
export class Alert implements StatefulOperator {
  readonly id: string
  readonly eager: boolean
  readonly failures: FailureCount = { failures: 0 }
  private readonly operator: AlertOperator
  private readonly relation: Relation
  private readonly context: OperatorContext
  private readonly shape: KeyShape
  private readonly code: AlertCode
  private readonly lookup: EpisodeLookup
  private readonly episodes: Episodes
  private readonly stored: StoredRows
  private readonly results: AlertRows
  private truth = new Uint8Array(4096)
  private pending: Pending | null = null
  private watermarkMs = Number.NEGATIVE_INFINITY
  private nextSilence: number | null = null
  private suppressed = 0

  /** `relation`: what the input's rows are. */
  constructor(operator: AlertOperator, relation: Relation, output: readonly Field[], params: Plan['params'], context: OperatorContext) {
    this.id = operator.id
    this.eager = relation.revised || operator.clearAfterMs !== null
    this.operator = operator
    this.relation = relation
    this.context = context
    this.shape = keyShape(relation.fields, operator.key)
    this.code = alertCode(operator, relation.fields, params, this.failures)
    this.episodes = new Episodes(this.shape.words, context.ordering?.inputColumns)
    this.lookup = new EpisodeLookup(this.shape, this.episodes, context.strings)
    this.stored = new StoredRows(relation.fields, context.strings)
    this.results = new AlertRows(operator, relation, output, this.episodes, context)
  }

  rows(rows: Rows, from: number, to: number): boolean {
    if (to - from > this.truth.length) this.truth = new Uint8Array((to - from) * 2)
    this.code.test(rows.batch.columns, rows.selection, from, to, this.truth)
    this.lookup.begin(rows, from, to)
    this.pending = { rows, from, at: from, to }
    return this.more()
  }

  more(): boolean {
    const { pending } = this
    if (pending === null) return false
    while (pending.at < pending.to) {
      if (this.results.isFull) {
        this.flush()
        return true
      }
      const truth = this.truth[pending.at - pending.from] === 1
      this.take(pending.rows, pending.at++, truth)
    }
    this.pending = null
    this.lookup.end()
    if (this.context.downstream.stateful) this.flush()
    return false
  }

  /** The earliest silence of an open episode (R4.6). */
  deadline(): number {
    this.nextSilence ??= this.silenceAfter(this.episodes.lowestNewest())
    return this.nextSilence
  }

  /** Clears what fell silent at this instant, in the order of opening; what finds no room stays due. */
  fire(sequence: number): boolean {
    const instant = this.deadline()
    for (const entry of this.episodes.allOpen()) {
      if (this.silenceOf(entry) !== instant) continue
      if (this.results.isFull) this.flush()
      this.episodes.set('revision', entry, this.episodes.get('revision', entry) + 1)
      this.results.writeSilence(this.stored, entry, sequence, instant)
      this.episodes.close(entry)
    }
    this.nextSilence = null
    if (this.context.downstream.stateful || this.results.isFull) this.flush()
    return false
  }

  advance(watermarkMs: number): void {
    this.watermarkMs = watermarkMs
    const { pane, openNow } = this.episodes
    if (this.relation.window !== null && pane.count > 2 * openNow + 1024 && pane.count === pane.capacity) this.forget()
  }

  /** A row of the watermark or later falls silent `clearAfter` later at the earliest. */
  boundary(): number {
    if (this.operator.clearAfterMs === null) return Number.POSITIVE_INFINITY
    return Math.max(-Number.MAX_VALUE, this.watermarkMs + Math.max(1, this.operator.clearAfterMs))
  }

  flush(): void {
    this.results.flush()
  }

  stats(): AlertStats {
    const { open, update, clear, withdraw } = this.results.told
    return { opened: open, updated: update, cleared: clear, withdrawn: withdraw, suppressed: this.suppressed, openNow: this.episodes.openNow }
  }

  get stateBytes(): number {
    return this.episodes.pane.bytes + this.stored.bytes
  }

  get keys(): number {
    return this.episodes.pane.count
  }

  snapshot(writer: StateWriter): void {
    const { open, update, clear, withdraw } = this.results.told
    for (const value of [this.watermarkMs, open, update, clear, withdraw, this.suppressed, this.failures.failures]) writer.number(value)
    this.episodes.snapshot(writer)
    this.stored.snapshot(writer, this.episodes.pane.count)
  }

  restore(from: Restoring): void {
    this.watermarkMs = from.highest()
    for (const told of ['open', 'update', 'clear', 'withdraw'] as const) this.results.told[told] = from.total()
    this.suppressed = from.total()
    this.failures.failures = from.total()
    this.stored.restore(from, this.episodes.restore(from, this.shape))
    this.nextSilence = null
    this.results.clear()
  }

  eachKey(visit: (member: number, open: boolean) => void): void {
    const { pane } = this.episodes
    for (let entry = 0; entry < pane.count; entry++) visit(memberOf(pane, entry), this.episodes.get('open', entry) === 1)
  }

  renumberMembers(numbers: Int32Array): void {
    this.episodes.renumberMembers(this.shape, numbers, (from, to) => this.stored.move(from, to))
    this.stored.renumberMembers(this.episodes.pane)
    this.nextSilence = null
  }

  markStrings(used: Uint8Array): void {
    markPane(this.episodes.pane, this.shape, [episodeStates.indexOf('message')], used)
    this.stored.forEachText(this.episodes.pane.count, (number) => {
      used[number] = 1
      return number
    })
  }

  renumberStrings(numbers: Int32Array): void {
    renumberPane(this.episodes.pane, this.shape, [episodeStates.indexOf('message')], numbers)
    this.stored.forEachText(this.episodes.pane.count, (number) => numbers[number] as number)
    this.results.clear()
  }

  private take(rows: Rows, position: number, truth: boolean): void {
    const row = rows.selection[position] as number
    const overWindows = this.relation.window !== null
    // Over windows a key has state only while it has or had an episode; over records its highest place is known.
    const entry = this.lookup.entryOf(position, overWindows && !truth)
    if (entry < 0) return
    const place = (overWindows ? (rows.windowEnd as Float64Array)[row] : rows.time[row]) as number
    const newest = this.episodes.get('newest', entry)
    if (this.episodes.get('open', entry) === 1) {
      if (place < newest) return
      if (truth) this.goOn(rows, row, entry, place)
      else this.end(rows, row, entry, place)
    } else if (truth) this.begin(rows, row, entry, place)
    else this.whileCleared(rows, row, entry, place)
    this.nextSilence = null
  }

  /** R4.1 */
  private begin(rows: Rows, row: number, entry: number, place: number): void {
    const { episodes } = this
    if (place < episodes.get('newest', entry)) return
    episodes.set('newest', entry, place)
    if (place < episodes.get('cooling', entry) + this.operator.cooldownMs) {
      this.suppressed++
      return
    }
    const again = this.relation.window !== null && episodes.get('ever', entry) === 1 && episodes.get('opening', entry) === place
    episodes.set('revision', entry, again ? episodes.get('revision', entry) + 1 : 0)
    this.remember(rows, row, entry, place)
    episodes.open(entry)
    this.trueRow(rows, row, entry, place)
    this.results.write('open', rows, row, entry)
  }

  private remember(rows: Rows, row: number, entry: number, place: number): void {
    const { episodes } = this
    episodes.set('ever', entry, 1)
    episodes.set('withdrawn', entry, 0)
    episodes.set('opening', entry, place)
    episodes.set('cooling', entry, place)
    episodes.set('origin', entry, rows.sequence[row] as number)
    episodes.set('element', entry, rows.element?.[row] ?? -1)
    episodes.set('openedStart', entry, rows.windowStart?.[row] ?? 0)
    episodes.set('openedEnd', entry, rows.windowEnd?.[row] ?? 0)
    rows.order?.forEach((column, at) => {
      episodes.setPlace(entry, at, column[row] as number)
    })
  }

  /** R4.2 */
  private goOn(rows: Rows, row: number, entry: number, place: number): void {
    const message = this.episodes.get('message', entry)
    this.episodes.set('newest', entry, place)
    this.trueRow(rows, row, entry, place)
    if (this.episodes.get('message', entry) === message) return
    this.episodes.set('revision', entry, this.episodes.get('revision', entry) + 1)
    this.results.write('update', rows, row, entry)
  }

  private trueRow(rows: Rows, row: number, entry: number, place: number): void {
    this.episodes.set('lastTrue', entry, place)
    this.episodes.set('message', entry, this.context.strings.numberOf(this.code.message(rows.batch.columns, row)))
    this.stored.keep(entry, rows.batch.columns, row)
  }

  /** R4.3 */
  private end(rows: Rows, row: number, entry: number, place: number): void {
    const { episodes } = this
    const revised = this.relation.window !== null && place === episodes.get('newest', entry)
    episodes.set('newest', entry, place)
    episodes.set('revision', entry, episodes.get('revision', entry) + 1)
    episodes.close(entry)
    this.finish(revised && episodes.get('opening', entry) === place ? 'withdraw' : 'clear', rows, row, entry)
  }

  /** R4.5 */
  private whileCleared(rows: Rows, row: number, entry: number, place: number): void {
    const { episodes } = this
    const only = place === episodes.get('opening', entry) && place === episodes.get('lastTrue', entry)
    if (this.relation.window !== null && only && episodes.get('withdrawn', entry) === 0) {
      episodes.set('revision', entry, episodes.get('revision', entry) + 1)
      this.finish('withdraw', rows, row, entry)
    } else if (place > episodes.get('newest', entry)) episodes.set('newest', entry, place)
  }

  private finish(told: 'clear' | 'withdraw', rows: Rows, row: number, entry: number): void {
    if (told === 'withdraw') {
      this.episodes.set('withdrawn', entry, 1)
      this.episodes.set('cooling', entry, Number.NEGATIVE_INFINITY)
    }
    this.results.write(told, rows, row, entry)
  }

  private silenceOf(entry: number): number {
    return this.silenceAfter(this.episodes.get('newest', entry))
  }

  /** Never falls where `newest` rises. */
  private silenceAfter(newest: number): number {
    const { window } = this.relation
    if (newest === Number.POSITIVE_INFINITY) return newest
    if (window !== null) return nextWindowEnd(window, newest) - 1
    return this.operator.clearAfterMs === null ? Number.POSITIVE_INFINITY : newest + this.operator.clearAfterMs
  }

  /** Drops keys over windows whose last episode can neither be revised nor hold a new one back any more. */
  private forget(): void {
    const { episodes } = this
    const live = (entry: number): boolean => {
      if (episodes.get('open', entry) === 1) return true
      const last = Math.max(episodes.get('newest', entry) + this.relation.allowedLatenessMs, episodes.get('cooling', entry) + this.operator.cooldownMs)
      return this.watermarkMs < last
    }
    episodes.compact(live, (from, to) => this.stored.move(from, to))
  }
}
