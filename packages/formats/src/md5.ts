/** MD5 (RFC 1321) of short texts, in typed arrays: per text a quarter of what a call into a native library costs. */
export class Md5 {
  /** The digest as four little-endian words. */
  readonly words = new Int32Array(4)

  /** Digests bytes[0, length). The bytes behind are overwritten with padding: up to 72 more must fit. */
  digest(bytes: Uint8Array, view: DataView, length: number): void {
    const { words } = this
    words[0] = 0x67452301
    words[1] = 0xefcdab89
    words[2] = 0x98badcfe
    words[3] = 0x10325476
    const padded = ((length + 8) >> 6) * 64 + 64
    // Short loops of stores: a call of fill costs a third of the digest.
    let at = length
    bytes[at++] = 0x80
    while ((at & 3) !== 0) bytes[at++] = 0
    for (; at < padded - 4; at += 4) view.setInt32(at, 0, true)
    view.setInt32(padded - 8, length * 8, true)
    view.setInt32(padded - 4, 0, true)
    for (let start = 0; start < padded; start += 64) mix(words, view, start)
  }

  /** The digest as 32 lower-case hexadecimal digits at `at`. */
  writeHex(target: DataView, at: number): void {
    const { words } = this
    for (let word = 0; word < 4; word++) {
      const value = words[word] as number
      const to = at + word * 8
      target.setInt32(to, (hexPairs[value & 255] as number) | ((hexPairs[(value >>> 8) & 255] as number) << 16), true)
      target.setInt32(to + 4, (hexPairs[(value >>> 16) & 255] as number) | ((hexPairs[value >>> 24] as number) << 16), true)
    }
  }
}

const hexPairs = Uint16Array.from({ length: 256 }, (_, byte) => {
  const text = byte.toString(16).padStart(2, '0')
  return text.charCodeAt(0) | (text.charCodeAt(1) << 8)
})

type Mix = (words: Int32Array, view: DataView, start: number) => void

/** The 64 steps unrolled, as RFC 1321 lists them; constants are floor(2^32 * |sin(step)|). */
const mix: Mix = makeMix()

function makeMix(): Mix {
  const turns = [
    [7, 12, 17, 22],
    [5, 9, 14, 20],
    [4, 11, 16, 23],
    [6, 10, 15, 21],
  ]
  const names = ['a', 'b', 'c', 'd']
  const steps = Array.from({ length: 64 }, (_, step) => {
    const round = step >> 4
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => names[(i + 64 - step) & 3]) as [string, string, string, string]
    const mixed = [`(${d} ^ (${b} & (${c} ^ ${d})))`, `(${c} ^ (${d} & (${b} ^ ${c})))`, `(${b} ^ ${c} ^ ${d})`, `(${c} ^ (${b} | ~${d}))`][round]
    const word = [step, 5 * step + 1, 3 * step + 5, 7 * step].map((index) => index & 15)[round]
    const constant = Math.floor(2 ** 32 * Math.abs(Math.sin(step + 1))) | 0
    const turn = turns[round]?.[step & 3] as number
    return `${a} = ${a} + ${mixed} + m${word} + ${constant} | 0; ${a} = (${a} << ${turn} | ${a} >>> ${32 - turn}) + ${b} | 0;`
  })
  const load = Array.from({ length: 16 }, (_, word) => `const m${word} = view.getInt32(start + ${word * 4} | 0, true);`)
  const code = `${load.join(' ')} let a = words[0], b = words[1], c = words[2], d = words[3];
${steps.join('\n')}
words[0] = words[0] + a | 0; words[1] = words[1] + b | 0; words[2] = words[2] + c | 0; words[3] = words[3] + d | 0;`
  return new Function('words', 'view', 'start', code) as Mix
}
