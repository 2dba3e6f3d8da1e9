/** Random choices that follow from a seed alone (mulberry32). */
export class Draw {
  private state: number

  constructor(seed: number) {
    this.state = seed | 0
  }

  /** At least 0, below 1. */
  share(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from least to most, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.share() * (most - least + 1))
  }

  chance(share: number): boolean {
    return this.share() < share
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.whole(0, choices.length - 1)] as T
  }

  /** Some of the choices, in their order. */
  some<T>(choices: readonly T[], share = 0.5): readonly T[] {
    return choices.filter(() => this.chance(share))
  }

  /** Every choice, in any order. */
  shuffled<T>(choices: readonly T[]): readonly T[] {
    return choices
      .map((choice) => ({ choice, at: this.share() }))
      .sort((a, b) => a.at - b.at)
      .map(({ choice }) => choice)
  }

  /** An independent draw. */
  fork(): Draw {
    return new Draw(Math.floor(this.share() * 2 ** 32))
  }
}
