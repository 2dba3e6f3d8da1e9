/** An append that was accepted, with what answers a repetition of it. */
export interface Accepted {
  readonly sequence: number
  readonly first: number
  readonly ingestionMs: number
  /** Of each chunk. */
  readonly rows: readonly number[]
}

/** Appends of a producer that are remembered. */
export const windowAppends = 128

/** Numbers of an append: its sequence, that of its first row, log time, rows. */
const stride = 4
/** In place of the rows: it has several chunks. */
const several = -1

/** The appends of one producer that are known, by sequence. There may be a million of all producers: they are numbers in one array. */
export class Producer {
  /** Appends with sequences up to this one are not known any more; -1: all are. */
  floor: number
  readonly #known: number[] = []
  /** Rows of each chunk, where there are several. */
  #rows: Map<number, readonly number[]> | null = null

  constructor(floor: number) {
    this.floor = floor
  }

  get count(): number {
    return this.#known.length / stride
  }

  /** The highest sequence that was accepted. */
  get highest(): number {
    return this.#known.at(-stride) ?? this.floor
  }

  /** Sequence in the log of the newest append that is known: it need not have the producer's highest. */
  get newest(): number {
    let newest = 0
    for (let at = 1; at < this.#known.length; at += stride) newest = Math.max(newest, this.#known[at]!)
    return newest
  }

  /** By its place in the order of sequences. */
  at(place: number): Accepted {
    const at = place * stride
    const [sequence, first, ingestionMs, rows] = this.#known.slice(at, at + stride) as [number, number, number, number]
    return { sequence, first, ingestionMs, rows: rows === several ? this.#rows!.get(sequence)! : [rows] }
  }

  find(sequence: number): Accepted | null {
    const at = this.#placeOf(sequence)
    return this.#known[at] === sequence ? this.at(at / stride) : null
  }

  /** What is known already changes nothing. */
  accept({ sequence, first, ingestionMs, rows }: Accepted): void {
    if (sequence <= this.floor) return
    const at = this.#placeOf(sequence)
    if (this.#known[at] === sequence) return
    const [only = 0] = rows
    if (rows.length !== 1) this.#rows = (this.#rows ?? new Map()).set(sequence, rows)
    if (at === this.#known.length) this.#known.push(sequence, first, ingestionMs, rows.length === 1 ? only : several)
    else this.#known.splice(at, 0, sequence, first, ingestionMs, rows.length === 1 ? only : several)
    if (this.count > windowAppends) this.#forgetLowest()
  }

  /** Where the first append of this sequence or a higher one stands; they come in their order, nearly always. */
  #placeOf(sequence: number): number {
    let at = this.#known.length
    while (at > 0 && this.#known[at - stride]! >= sequence) at -= stride
    return at
  }

  #forgetLowest(): void {
    this.floor = this.#known[0]!
    this.#rows?.delete(this.floor)
    this.#known.copyWithin(0, stride)
    this.#known.length -= stride
  }
}
