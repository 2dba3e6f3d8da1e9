/** Random numbers that depend on nothing but the seed (mulberry32): the same on every machine. */
export class Random {
  private state: number

  constructor(seed: number) {
    this.state = Math.imul(seed ^ (seed / 2 ** 32), 0x9e3779b1) | 0
  }

  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  /** A whole number in [0, below). */
  below(below: number): number {
    return Math.floor(this.next() * below)
  }

  /** True with this probability; a share of 0 takes no number from the sequence. */
  chance(share: number): boolean {
    return share > 0 && this.next() < share
  }

  /** Roughly normal around 0 with standard deviation 1 (sum of four uniforms). */
  normal(): number {
    return (this.next() + this.next() + this.next() + this.next() - 2) * Math.sqrt(3)
  }
}
