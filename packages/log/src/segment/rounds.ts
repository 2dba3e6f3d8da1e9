import type { Rewritten } from './rewrite.ts'

const bytesARound = 64 << 20
const streamsARound = 256
/** A manifest names all streams: where there are many, it is not written for a few. */
const roundsOfAll = 8

/** Gathers what was rewritten, to make much of it count at once: a manifest is written for each round, one after the other. */
export class Rounds {
  readonly #mostStreams: number
  readonly #count: (round: readonly Rewritten[]) => Promise<void>
  #round: Rewritten[] = []
  #bytes = 0
  #total = 0
  #counting: Promise<void> = Promise.resolve()

  /** `streams`: how many there are. */
  constructor(streams: number, count: (round: readonly Rewritten[]) => Promise<void>) {
    this.#mostStreams = Math.max(streamsARound, streams / roundsOfAll)
    this.#count = count
  }

  async add(rewritten: Rewritten): Promise<void> {
    this.#round.push(rewritten)
    this.#total++
    for (const { bytes } of rewritten.written) this.#bytes += bytes
    if (this.#bytes >= bytesARound || this.#round.length >= this.#mostStreams) await this.finish()
  }

  /** How many were added. */
  get total(): number {
    return this.#total
  }

  /** Makes count what was added. */
  async finish(): Promise<void> {
    const round = this.#round
    this.#round = []
    this.#bytes = 0
    const counting = this.#counting.then(() => (round.length === 0 ? undefined : this.#count(round)))
    this.#counting = counting.catch(() => undefined)
    await counting
  }
}
