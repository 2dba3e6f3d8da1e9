import type { Random } from '../random.ts'
import { apply, type Change } from './change.ts'
import { GrowingBytes } from './growing-bytes.ts'
import { tear } from './tear.ts'

/** A file as running programs see it (`seen`), and what of it a loss of power leaves for sure (`#durable`). */
export class StoredFile {
  readonly kind = 'file'
  seen: GrowingBytes
  #durable: GrowingBytes
  #uncovered: Change[] = []

  constructor(seen = new GrowingBytes(), durable = new GrowingBytes()) {
    this.seen = seen
    this.#durable = durable
  }

  change(change: Change): void {
    apply(this.seen, change)
    this.#uncovered.push(change)
  }

  /** Changes up to `number` become durable. */
  sync(number: number): void {
    for (const change of this.#uncovered) if (change.number <= number) apply(this.#durable, change)
    this.#uncovered = this.#uncovered.filter((change) => change.number > number)
  }

  /**
   * As Linux does it: what could not be written counts as clean afterwards, so no later sync covers it. Programs may go on
   * seeing it until its pages are dropped, at once or later (`dropLost`).
   */
  failSync(random: Random): void {
    for (const change of this.#uncovered) tear(this.#durable, change, random)
    this.#uncovered = []
    if (random.chance(0.5)) this.dropLost()
  }

  /** What programs see becomes what the disk has. */
  dropLost(): void {
    this.seen = new GrowingBytes(this.#durable)
    for (const change of this.#uncovered) apply(this.seen, change)
  }

  /** The file as it may be found after a loss of power; `old`: bytes that may turn up where nothing was written. */
  afterPowerLoss(random: Random, old: () => Uint8Array): StoredFile {
    const found = new GrowingBytes(this.#durable)
    for (const change of this.#uncovered) tear(found, change, random)
    const longest = Math.max(this.seen.length, found.length)
    if (this.#uncovered.length > 0 && longest > found.length && random.chance(0.4)) lengthen(found, longest, random, old)
    return new StoredFile(found, new GrowingBytes(found))
  }
}

/** The length came to the disk, the bytes did not: zeros, or what lay there before. */
function lengthen(found: GrowingBytes, longest: number, random: Random, old: () => Uint8Array): void {
  const from = found.length
  found.grow(random.chance(0.5) ? longest : random.between(from, longest))
  if (random.chance(0.5)) found.write(from, old().subarray(from, found.length))
}
