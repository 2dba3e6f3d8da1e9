/** Where groups of rows begin that stand one behind the other. */
export function firstSequences(first: number, rows: ArrayLike<number>): number[] {
  const sequences: number[] = []
  let next = first
  for (let index = 0; index < rows.length; index++) {
    sequences.push(next)
    next += rows[index]!
  }
  return sequences
}
