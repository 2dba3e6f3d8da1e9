// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is replaced is code that makes code

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A bug to plant: a piece of an engine source file, and what takes its place wherever it stands. */
export interface Mutation {
  readonly name: string
  readonly find: string
  readonly replace: string
}

const mutation = (name: string, find: string, replace: string): Mutation => ({ name, find, replace })

/** One for each thing that is easily got wrong, over all parts of the engine. */
export const mutations: readonly Mutation[] = [
  mutation('a record at the boundary of lateness is lost', 'if (lastWindow < firstAlive)', 'if (lastWindow <= firstAlive)'),
  mutation(
    'a window fires a millisecond late',
    'return this.slicing.endOf(window) - 1 + this.fireDelayMs',
    'return this.slicing.endOf(window) + this.fireDelayMs',
  ),
  mutation('a window closes a millisecond late', 'this.latenessMs = operator.allowedLatenessMs', 'this.latenessMs = operator.allowedLatenessMs + 1'),
  mutation('a late record revises windows that are closed', 'Math.max(slice, firstAlive), Math.min', 'slice, Math.min'),
  mutation('revisions stay at 1', 'revisions[entry]! += 1', 'revisions[entry] = 1'),
  mutation('pairs lost of a record that is late for some windows are not counted', 'Math.max(0, firstAlive - slice)', '0'),
  mutation('slices go before the last window that needs them', 'return this.firstAlive - this.slicing.perWindow + 1', 'return this.firstAlive'),
  mutation('final results do not wait', "this.fireDelayMs = operator.results === 'final' ? operator.allowedLatenessMs : 0", 'this.fireDelayMs = 0'),
  mutation('a window has the time of its end', 'results.time.fill(endMs - 1, start, end)', 'results.time.fill(endMs, start, end)'),
  mutation(
    'a window begins a slice too early',
    'return (number + 1 - this.perWindow) * this.sliceMs + this.offsetMs',
    'return (number - this.perWindow) * this.sliceMs + this.offsetMs',
  ),
  mutation(
    'times before 1970 fall into the slice after',
    'Math.floor((timeMs - this.offsetMs) / this.sliceMs)',
    'Math.trunc((timeMs - this.offsetMs) / this.sliceMs)',
  ),
  mutation('slices are kept in the order in which they came', 'while (at > 0 && (this.numbers[at - 1] as number) > number) at--', ''),
  mutation('rows of a window come in any order of keys', 'if (sorted) return order', 'if (count > 0) return order'),
  mutation('of equal times the last record is first', '`if (${ok} && ${time} < ${state(0)})', '`if (${ok} && ${time} <= ${state(0)})'),
  mutation('of equal times the first record is last', '`if (${ok} && ${time} >= ${state(0)})', '`if (${ok} && ${time} > ${state(0)})'),
  mutation('joined variances forget the distance of their means', '${from(2)} + d * d * n * m / all;', '${from(2)};'),
  mutation('joined sums forget what was lost', '(s - (t - b)) + (v - b) + ${from(1)};', '(s - (t - b)) + (v - b);'),
  mutation(
    'the variance is that of the population',
    "`Math.max(0, ${state('moments', 2)}) / (${state('moments')} - 1)`",
    "`Math.max(0, ${state('moments', 2)}) / ${state('moments')}`",
  ),
  mutation('strings compare by UTF-16 units', 'unit + 0x10000 : unit', 'unit : unit'),
  mutation('a week begins on Tuesday', 'modulo(dayOf(ms) + 3, 7) + 1', 'modulo(dayOf(ms) + 2, 7) + 1'),
  mutation('2^53 is an int64', 'export const maxInt = Number.MAX_SAFE_INTEGER', 'export const maxInt = 2 ** 53'),
  mutation('a filter keeps what is missing', '`!(${code.missing}) && ${code.value}`', '`(${code.missing}) || ${code.value}`'),
  mutation('elements are counted on from record to record', 'if (own !== sequence) next = 0', ''),
  mutation('all missing keys are the key 0', "? `(${absent(at)} ? ${1 << at} : 0)` : '0'", "? '0' : '0'"),
  mutation(
    'an episode opens at the end of the cooldown at the latest',
    "place < episodes.get('cooling', entry) + this.operator.cooldownMs",
    "place <= episodes.get('cooling', entry) + this.operator.cooldownMs",
  ),
  mutation('every true row is an update', "if (this.episodes.get('message', entry) === message) return", ''),
  mutation('an episode that opens again begins at revision 0', "again ? episodes.get('revision', entry) + 1 : 0", '0'),
  mutation('a revision of any window withdraws', "revised && episodes.get('opening', entry) === place ?", 'revised ?'),
  mutation(
    'a row of the newest place is older',
    "if (place < episodes.get('newest', entry)) return\n    episodes.set",
    "if (place <= episodes.get('newest', entry)) return\n    episodes.set",
  ),
  mutation('silence comes at the end of the same window', 'return nextWindowEnd(window, newest) - 1', 'return newest - 1'),
  mutation('silence comes a millisecond late', 'newest + this.operator.clearAfterMs', 'newest + this.operator.clearAfterMs + 1'),
  mutation(
    'a stream is idle a millisecond late',
    'return !this.paused && logMs - this.quietSinceMs >= this.idleTimeoutMs',
    'return !this.paused && logMs - this.quietSinceMs > this.idleTimeoutMs',
  ),
  mutation('a paused stream becomes idle', 'this.paused = true', 'this.paused = false'),
  mutation(
    'a watermark of several streams is the largest',
    'live = Math.min(live, reached)',
    'live = Math.max(live === Number.POSITIVE_INFINITY ? none : live, reached)',
  ),
  mutation('a restart forgets the watermark that the records gave', 'this.own = reader.number()', 'reader.number()'),
  mutation(
    'a restart forgets the order of openings',
    'if (column[a] !== column[b]) return (column[a] as number)',
    'if (column[a] !== column[b]) return -(column[a] as number)',
  ),
  mutation('what reads final results sees the watermark of its streams', '? operator.allowedLatenessMs : 0', '? 0 : 0'),
]

/** The files below the engine's sources in which a bug has its place. */
export function placesOf(sources: string, { find }: Mutation): string[] {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  return files.map((file) => join(sources, file)).filter((file) => readFileSync(file, 'utf8').includes(find))
}
