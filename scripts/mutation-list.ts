// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is replaced is code that makes code

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A bug to plant: a piece of an engine source file, and what takes its place wherever it stands. */
export interface Mutation {
  readonly name: string
  /** Below packages/engine/src. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

const mutation = (name: string, file: string, find: string, replace: string): Mutation => ({ name, file, find, replace })

const windows = 'operators/window-aggregate.ts'
const alerts = 'operators/alert.ts'
const pieces = 'aggregates/pieces.ts'

/** One for each thing that is easily got wrong, over all parts of the engine. */
export const mutations: readonly Mutation[] = [
  mutation('a record at the boundary of lateness is lost', windows, 'if (lastWindow < this.firstAlive)', 'if (lastWindow <= this.firstAlive)'),
  mutation(
    'a window fires a millisecond late',
    windows,
    'return this.slicing.endOf(window) - 1 + this.fireDelayMs',
    'return this.slicing.endOf(window) + this.fireDelayMs',
  ),
  mutation('a window closes a millisecond late', windows, 'this.latenessMs = operator.allowedLatenessMs', 'this.latenessMs = operator.allowedLatenessMs + 1'),
  mutation('a late record revises windows that are closed', windows, 'const from = Math.max(slice, this.firstAlive)', 'const from = slice'),
  mutation('revisions stay at 1', windows, 'revisions[entry]! += 1', 'revisions[entry] = 1'),
  mutation('pairs lost of a record that is late for some windows are not counted', windows, 'Math.max(0, this.firstAlive - slice)', '0'),
  mutation(
    'slices go before the last window that needs them',
    windows,
    'dropBelow(this.firstAlive - this.slicing.perWindow + 1)',
    'dropBelow(this.firstAlive)',
  ),
  mutation('final results do not wait', windows, "this.fireDelayMs = operator.results === 'final' ? operator.allowedLatenessMs : 0", 'this.fireDelayMs = 0'),
  mutation('a window has the time of its end', windows, 'results.time.fill(endMs - 1, start, end)', 'results.time.fill(endMs, start, end)'),
  mutation(
    'a window begins a slice too early',
    'state/slicing.ts',
    'return (number + 1 - this.perWindow) * this.sliceMs + this.offsetMs',
    'return (number - this.perWindow) * this.sliceMs + this.offsetMs',
  ),
  mutation(
    'times before 1970 fall into the slice after',
    'state/slicing.ts',
    'Math.floor((timeMs - this.offsetMs) / this.sliceMs)',
    'Math.trunc((timeMs - this.offsetMs) / this.sliceMs)',
  ),
  mutation('slices are kept in the order in which they came', 'state/slices.ts', 'while (at > 0 && (this.numbers[at - 1] as number) > number) at--', ''),
  mutation('rows of a window come in any order of keys', 'state/order.ts', 'if (sorted) return order', 'if (count > 0) return order'),
  mutation('of equal times the last record is first', pieces, '`if (${ok} && ${time} < ${state(0)})', '`if (${ok} && ${time} <= ${state(0)})'),
  mutation('of equal times the first record is last', pieces, '`if (${ok} && ${time} >= ${state(0)})', '`if (${ok} && ${time} > ${state(0)})'),
  mutation('joined variances forget the distance of their means', pieces, '${from(2)} + d * d * n * m / all;', '${from(2)};'),
  mutation('joined sums forget what was lost', pieces, '(s - (t - b)) + (v - b) + ${from(1)};', '(s - (t - b)) + (v - b);'),
  mutation(
    'the variance is that of the population',
    'aggregates/layout.ts',
    "`Math.max(0, ${state('moments', 2)}) / (${state('moments')} - 1)`",
    "`Math.max(0, ${state('moments', 2)}) / ${state('moments')}`",
  ),
  mutation('strings compare by UTF-16 units', 'code/runtime.ts', 'unit + 0x10000 : unit', 'unit : unit'),
  mutation('a week begins on Tuesday', 'code/runtime.ts', 'modulo(dayOf(ms) + 3, 7) + 1', 'modulo(dayOf(ms) + 2, 7) + 1'),
  mutation('2^53 is an int64', 'code/runtime.ts', 'export const maxInt = Number.MAX_SAFE_INTEGER', 'export const maxInt = 2 ** 53'),
  mutation('a filter keeps what is missing', 'operators/filter.ts', '`!(${code.missing}) && ${code.value}`', '`(${code.missing}) || ${code.value}`'),
  mutation('elements are counted on from record to record', 'operators/explode.ts', 'if (own !== sequence) next = 0', ''),
  mutation('all missing keys are the key 0', 'state/key-shape.ts', "? `(${absent(at)} ? ${1 << at} : 0)` : '0'", "? '0' : '0'"),
  mutation(
    'an episode opens at the end of the cooldown at the latest',
    alerts,
    "place < episodes.get('cooling', entry) + this.operator.cooldownMs",
    "place <= episodes.get('cooling', entry) + this.operator.cooldownMs",
  ),
  mutation('every true row is an update', alerts, "if (this.episodes.get('message', entry) === message) return", ''),
  mutation('an episode that opens again begins at revision 0', alerts, "again ? episodes.get('revision', entry) + 1 : 0", '0'),
  mutation('a revision of any window withdraws', alerts, "revised && episodes.get('opening', entry) === place ?", 'revised ?'),
  mutation(
    'a row of the newest place is older',
    alerts,
    "if (place < episodes.get('newest', entry)) return\n    episodes.set",
    "if (place <= episodes.get('newest', entry)) return\n    episodes.set",
  ),
  mutation('silence comes at the end of the same window', alerts, 'return nextWindowEnd(window, newest) - 1', 'return newest - 1'),
  mutation('silence comes a millisecond late', alerts, 'newest + this.operator.clearAfterMs', 'newest + this.operator.clearAfterMs + 1'),
  mutation(
    'a stream is idle a millisecond late',
    'stream-clock.ts',
    'return !this.paused && logMs - this.quietSinceMs >= this.idleTimeoutMs',
    'return !this.paused && logMs - this.quietSinceMs > this.idleTimeoutMs',
  ),
  mutation('a paused stream becomes idle', 'stream-clock.ts', 'this.paused = true', 'this.paused = false'),
  mutation(
    'a watermark of several streams is the largest',
    'watermarks.ts',
    'live = Math.min(live, reached)',
    'live = Math.max(live === Number.POSITIVE_INFINITY ? none : live, reached)',
  ),
  mutation('a restart forgets the watermark that the records gave', 'stream-clock.ts', 'this.own = reader.number()', 'reader.number()'),
  mutation('a restart forgets the order of openings', 'operators/episodes.ts', 'this.opened.sort((a, b) => a.number - b.number)', ''),
  mutation('what reads final results sees the watermark of its streams', 'opening.ts', '? operator.allowedLatenessMs : 0', '? 0 : 0'),
]

/** The text of the mutation's file in the folder `sources`, with the bug in it. */
export function planted(sources: string, { name, file, find, replace }: Mutation): string {
  const text = readFileSync(join(sources, file), 'utf8')
  if (!text.includes(find)) throw new Error(`${name}: ${file} does not have the text to replace`)
  return text.replaceAll(find, () => replace)
}
