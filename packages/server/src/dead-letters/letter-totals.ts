/** What is counted of the dead letters of a stream. */
export interface LetterTotals {
  readonly letters: number
  readonly replayed: number
  readonly byCode: Readonly<Record<string, number>>
  readonly byKey: Readonly<Record<string, number>>
  /** Of keys beyond the first 10,000, and of those of more than 256 characters. */
  readonly otherKeys: number
  /** Whose key could not be read. */
  readonly withoutKey: number
}

const mostKeys = 10_000
/** Longer keys are counted together. */
const longestKey = 256

export const noTotals: LetterTotals = { letters: 0, replayed: 0, byCode: {}, byKey: {}, otherKeys: 0, withoutKey: 0 }

/** Counts letters on; the first 10,000 keys are known by name. */
export class LetterCount {
  private letters: number
  private replayed: number
  private otherKeys: number
  private withoutKey: number
  private readonly byCode: Map<string, number>
  /** Keys are what sensors sent: they may be called like anything. */
  private readonly byKey: Map<string, number>

  constructor({ letters, replayed, byCode, byKey, otherKeys, withoutKey }: LetterTotals) {
    this.letters = letters
    this.replayed = replayed
    this.byCode = new Map(Object.entries(byCode))
    this.byKey = new Map(Object.entries(byKey))
    this.otherKeys = otherKeys
    this.withoutKey = withoutKey
  }

  get totals(): LetterTotals {
    const { letters, replayed, byCode, byKey, otherKeys, withoutKey } = this
    return { letters, replayed, byCode: Object.fromEntries(byCode), byKey: Object.fromEntries(byKey), otherKeys, withoutKey }
  }

  add({ code, key }: { readonly code: string; readonly key: string | null }): void {
    this.letters++
    this.byCode.set(code, (this.byCode.get(code) ?? 0) + 1)
    if (key === null) this.withoutKey++
    else if (this.byKey.has(key) || (this.byKey.size < mostKeys && key.length <= longestKey)) this.byKey.set(key, (this.byKey.get(key) ?? 0) + 1)
    else this.otherKeys++
  }

  addReplayed(letters: number): void {
    this.replayed += letters
  }
}
