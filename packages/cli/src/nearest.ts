/** ` Did you mean "x"?` where a candidate is within two edits (or a third of the word), else nothing. */
export function hint(word: string, candidates: Iterable<string>): string {
  let best = ''
  let bestEdits = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    const count = edits(word.toLowerCase(), candidate.toLowerCase())
    if (count < bestEdits) {
      best = candidate
      bestEdits = count
    }
  }
  return best === '' ? '' : ` Did you mean "${best}"?`
}

/** Levenshtein's distance. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[to.length] as number
}
