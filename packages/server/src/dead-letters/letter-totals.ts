/** What is counted of the dead letters of a stream. */
export interface LetterTotals {
  letters: number
  replayed: number
  readonly byCode: Record<string, number>
  readonly byKey: Record<string, number>
  /** Of keys beyond the first 10,000. */
  otherKeys: number
  /** Whose key could not be read. */
  withoutKey: number
}

const mostKeys = 10_000

export function noTotals(): LetterTotals {
  return { letters: 0, replayed: 0, byCode: {}, byKey: {}, otherKeys: 0, withoutKey: 0 }
}

/** Counts letters in totals, which know the first 10,000 keys by name. */
export class LetterCount {
  readonly totals: LetterTotals
  private keys: number

  constructor(totals: LetterTotals) {
    this.totals = totals
    this.keys = Object.keys(totals.byKey).length
  }

  add({ code, key }: { readonly code: string; readonly key: string | null }): void {
    const { totals } = this
    totals.letters++
    totals.byCode[code] = (totals.byCode[code] ?? 0) + 1
    if (key === null) totals.withoutKey++
    else this.addKey(key)
  }

  private addKey(key: string): void {
    const { byKey } = this.totals
    const before = Object.hasOwn(byKey, key) ? (byKey[key] as number) : 0
    if (before === 0 && this.keys === mostKeys) this.totals.otherKeys++
    else {
      if (before === 0) this.keys++
      byKey[key] = before + 1
    }
  }
}
