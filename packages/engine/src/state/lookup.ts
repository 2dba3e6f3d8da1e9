import { compileFunction } from '../code/compile.ts'
import { bindKeys, comparedWords, hashCode, isWide, type KeyArrays, type KeyShape, loadWords } from './key-shape.ts'
import type { Pane } from './pane.ts'

/** Finds or adds the keys of the rows selection[from, to) and writes their entries to `entries`, from 0. */
export type Lookup = (pane: Pane, keys: KeyArrays, selection: Int32Array, from: number, to: number, sequence: Float64Array, entries: Int32Array) => void

/** Finds or adds the keys of all entries of `source`; their entries in `target` go to `entries`. */
export type Merge = (source: Pane, target: Pane, entries: Int32Array) => void

/** The entry of `pane` with the key of an entry of another pane, or -1. */
export type Find = (pane: Pane, source: Pane, entry: number) => number

const lookupParams = ['pane', 'keys', 'selection', 'from', 'to', 'sequence', 'entries']

/**
 * `initial`: the value of every state at the start, as code. While all numbers of a pane's keys fit 32
 * bits, which they mostly do, half of the words need not be looked at: that loop goes first and gives way
 * to the full one at the first number that does not fit. `member`: where to read a member's number, if not at the row.
 */
export function lookupFor(shape: KeyShape, initial: readonly string[], member?: 'x'): Lookup {
  const loop = (narrow: boolean): string => `
for (; x < to; x++) {
  const i = selection[x];
  ${loadWords(shape, member)}
  ${narrow ? `if (${isWide(shape)}) { pane.wide = true; break; }` : ''}
  ${hashCode(shape, narrow)}
  ${probe(shape.words, comparedWords(shape, narrow))}
  if (entry < 0) {
    ${insert('pane', shape.words, initial)}
    first[entry] = sequence[i];
  }
  entries[x - from] = entry;
}`
  const body = `
${bindKeys(shape)}
${loadPane('pane', initial.length)}
let count = pane.count, x = from;
if (!pane.wide) {${loop(true)}}
${loop(false)}
pane.count = count;`
  return compileFunction<Lookup>('lookup', lookupParams, body)
}

/** For keys that are a member's number and no more, whose pane has a slot for every member: each is found at once. */
export function memberLookupFor(initial: readonly string[]): Lookup {
  const body = `
const members = keys[0].values;
${loadPane('pane', initial.length)}
let count = pane.count;
for (let x = from; ; x++) {
  // The usual loop holds nothing but the usual case.
  for (; x < to; x++) {
    const known = slots[members[x]];
    if (known === 0) break;
    entries[x - from] = known - 1;
  }
  if (x >= to) break;
  const w0 = members[x], hash = w0;
  let slot = w0, entry = -1;
  ${insert('pane', 1, initial)}
  first[entry] = sequence[selection[x]];
  entries[x - from] = entry;
}
pane.count = count;`
  return compileFunction<Lookup>('memberLookup', lookupParams, body)
}

/** As a lookup, but adds nothing: the entry of a key that is not there is -1. */
export function seekFor(shape: KeyShape): Lookup {
  const body = `
${bindKeys(shape)}
const slots = pane.slots, mask = slots.length - 1, K = pane.keys;
for (let x = from; x < to; x++) {
  const i = selection[x];
  ${loadWords(shape)}
  ${hashCode(shape, false)}
  ${probe(shape.words, comparedWords(shape, false))}
  entries[x - from] = entry;
}`
  return compileFunction<Lookup>('seek', lookupParams, body)
}

export function mergeFor(shape: KeyShape, initial: readonly string[]): Merge {
  const body = `
const sourceKeys = source.keys, sourceHashes = source.hashes, sourceFirst = source.first;
${loadPane('target', initial.length)}
let count = target.count;
if (source.wide) target.wide = true;
for (let x = 0, end = source.count; x < end; x++) {
  const p = x * ${shape.words};
  ${wordsFrom('sourceKeys', 'p', shape.words)}
  const hash = sourceHashes[x];
  ${probe(shape.words, comparedWords(shape, false))}
  if (entry < 0) {
    ${insert('target', shape.words, initial)}
    first[entry] = sourceFirst[x];
  }
  entries[x] = entry;
}
target.count = count;`
  return compileFunction<Merge>('merge', ['source', 'target', 'entries'], body)
}

export function findFor(shape: KeyShape): Find {
  const body = `
const slots = pane.slots, mask = slots.length - 1, K = pane.keys, p = at * ${shape.words}, hash = source.hashes[at];
${wordsFrom('source.keys', 'p', shape.words)}
${probe(shape.words, comparedWords(shape, false))}
return entry;`
  return compileFunction<Find>('find', ['pane', 'source', 'at'], body)
}

type Rehash = (pane: Pane) => void
const rehashes = new WeakMap<KeyShape, Rehash>()

/** Computes the hashes of all keys again, after their words changed, and gives them new places. */
export function rehash(pane: Pane, shape: KeyShape): void {
  const known = rehashes.get(shape) ?? rehashFor(shape)
  rehashes.set(shape, known)
  known(pane)
}

function rehashFor(shape: KeyShape): Rehash {
  const body = `
const K = pane.keys;
for (let entry = 0; entry < pane.count; entry++) {
  const p = entry * ${shape.words};
  ${wordsFrom('K', 'p', shape.words)}
  ${hashCode(shape, false)}
  pane.hashes[entry] = hash;
}
pane.placeAll();`
  return compileFunction<Rehash>('rehash', ['pane'], body)
}

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at)

const loadPane = (pane: string, states: number): string =>
  `let slots = ${pane}.slots, mask = slots.length - 1, K = ${pane}.keys, hashes = ${pane}.hashes, first = ${pane}.first;
${range(states)
  .map((at) => `let s${at} = ${pane}.states[${at}];`)
  .join(' ')}`

const wordsFrom = (keys: string, at: string, words: number): string =>
  range(words)
    .map((word) => `const w${word} = ${keys}[${at} + ${word}];`)
    .join(' ')

/** Leaves the entry with the key w0, w1, ... in `entry` (-1: none) and the free slot in `slot`. */
function probe(words: number, compared: readonly number[]): string {
  const equal = compared.map((word) => `K[o + ${word}] === w${word}`)
  return `let slot = hash & mask, entry = -1;
  for (;;) {
    entry = slots[slot] - 1;
    if (entry < 0) break;
    const o = Math.imul(entry, ${words});
    if (${equal.length === 0 ? 'true' : equal.join(' && ')}) break;
    slot = (slot + 1) & mask;
  }`
}

function insert(pane: string, words: number, initial: readonly string[]): string {
  return `if (count >= ${pane}.capacity) {
      ${pane}.count = count; ${pane}.grow();
      slots = ${pane}.slots; mask = slots.length - 1; K = ${pane}.keys; hashes = ${pane}.hashes; first = ${pane}.first;
      ${range(initial.length)
        .map((at) => `s${at} = ${pane}.states[${at}];`)
        .join(' ')}
      slot = hash & mask; while (slots[slot] !== 0) slot = (slot + 1) & mask;
    }
    entry = count++; slots[slot] = count; hashes[entry] = hash;
    ${words > 0 ? `const o = Math.imul(entry, ${words});` : ''} ${range(words)
      .map((word) => `K[o + ${word}] = w${word};`)
      .join(' ')}
    ${initial.map((value, at) => `s${at}[entry] = ${value};`).join(' ')}`
}
