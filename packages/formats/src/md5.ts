import type { Output } from './encode/output.ts'

/**
 * MD5 (RFC 1321) of short texts, in typed arrays, two texts at a time: a step of MD5 waits for the one before it, so
 * that two digests side by side take little longer than one.
 */
export class Md5 {
  /** Two digests of four little-endian words. */
  readonly words = new Int32Array(8)

  /** Digests the first bytes of two outputs; what stands behind them is overwritten with padding. */
  digest(first: Output, firstLength: number, second: Output, secondLength: number): void {
    const { words } = this
    for (let i = 0; i < 8; i++) words[i] = initial[i & 3] as number
    const firstEnd = pad(first, firstLength)
    const secondEnd = pad(second, secondLength)
    const both = Math.min(firstEnd, secondEnd)
    for (let start = 0; start < both; start += 64) mixTwo(words, first.view, second.view, start)
    for (let start = both; start < firstEnd; start += 64) mixFirst(words, first.view, start)
    for (let start = both; start < secondEnd; start += 64) mixSecond(words, second.view, start)
  }

  /** The first (0) or second (1) digest as 32 lower-case hexadecimal digits at `at`. */
  writeHex(which: number, target: DataView, at: number): void {
    const { words } = this
    for (let word = 0; word < 4; word++) {
      const value = words[which * 4 + word] as number
      const to = at + word * 8
      target.setInt32(to, (hexPairs[value & 255] as number) | ((hexPairs[(value >>> 8) & 255] as number) << 16), true)
      target.setInt32(to + 4, (hexPairs[(value >>> 16) & 255] as number) | ((hexPairs[value >>> 24] as number) << 16), true)
    }
  }
}

const initial = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476)
const hexPairs = Uint16Array.from({ length: 256 }, (_, byte) => {
  const text = byte.toString(16).padStart(2, '0')
  return text.charCodeAt(0) | (text.charCodeAt(1) << 8)
})

/** Pads a text to whole blocks of 64 bytes; answers their end. */
function pad(out: Output, length: number): number {
  out.room(length, 72)
  const { bytes, view } = out
  const padded = ((length + 8) >> 6) * 64 + 64
  // Short loops of stores: a call of fill costs a third of the digest.
  let at = length
  bytes[at++] = 0x80
  while ((at & 3) !== 0) bytes[at++] = 0
  for (; at < padded - 4; at += 4) view.setInt32(at, 0, true)
  view.setInt32(padded - 8, length * 8, true)
  view.setInt32(padded - 4, 0, true)
  return padded
}

const letters = ['a', 'b', 'c', 'd']
const turns = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
]

type Mix = (words: Int32Array, view: DataView, start: number) => void
type MixTwo = (words: Int32Array, first: DataView, second: DataView, start: number) => void

const mixFirst = new Function('words', 'first', 'start', mixCode([{ view: 'first', at: 0 }])) as Mix
const mixSecond = new Function('words', 'second', 'start', mixCode([{ view: 'second', at: 4 }])) as Mix
const mixTwo = new Function(
  'words',
  'first',
  'second',
  'start',
  mixCode([
    { view: 'first', at: 0 },
    { view: 'second', at: 4 },
  ]),
) as MixTwo

/** A digest in the making: the text's name in the code, and where its words stand. */
interface Lane {
  readonly view: string
  readonly at: number
}

/** The 64 steps unrolled, those of several digests by turns. */
function mixCode(lanes: readonly Lane[]): string {
  const begin = lanes.map(({ at }) => letters.map((letter, i) => `let ${letter}${at} = words[${at + i}];`).join(' '))
  const steps = Array.from({ length: 64 }, (_, step) => lanes.map((lane) => stepCode(lane, step)).join(' '))
  const end = lanes.map(({ at }) => letters.map((letter, i) => `words[${at + i}] = words[${at + i}] + ${letter}${at} | 0;`).join(' '))
  return [...begin, ...steps, ...end].join('\n')
}

/** A step as RFC 1321 lists it; its constant is floor(2^32 * |sin(step)|). */
function stepCode({ view, at }: Lane, step: number): string {
  const round = step >> 4
  const [a, b, c, d] = letters.map((_, i) => `${letters[(i + 64 - step) & 3]}${at}`) as [string, string, string, string]
  const mixed = [`(${d} ^ (${b} & (${c} ^ ${d})))`, `(${c} ^ (${d} & (${b} ^ ${c})))`, `(${b} ^ ${c} ^ ${d})`, `(${c} ^ (${b} | ~${d}))`][round]
  const word = [step, 5 * step + 1, 3 * step + 5, 7 * step].map((index) => index & 15)[round] as number
  const constant = Math.floor(2 ** 32 * Math.abs(Math.sin(step + 1))) | 0
  const turn = turns[round]?.[step & 3] as number
  const load = `${view}.getInt32(start + ${word * 4} | 0, true)`
  return `${a} = ${a} + ${mixed} + ${load} + ${constant} | 0; ${a} = (${a} << ${turn} | ${a} >>> ${32 - turn}) + ${b} | 0;`
}
