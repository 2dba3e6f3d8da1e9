import type { KeptFile } from '../files/manifest.ts'

/** Files that are joined at once. */
const joinedFiles = 8
/** Larger files stay as they are. */
const largeBytes = 32 << 20

/**
 * Small files of a day with the same columns, which should be one; null: there are none. Only files of about one size are joined (each class is
 * eight times the one below), so that a row is rewritten a few times at most, however many files come. Larger ones may lie between them.
 */
export function compactable(files: readonly KeptFile[]): readonly KeptFile[] | null {
  const small = files.filter(({ bytes }) => bytes < largeBytes)
  const groups = Map.groupBy(small, ({ day, shape, bytes }) => `${day} ${shape} ${Math.floor(Math.log2(bytes) / 3)}`)
  for (const group of groups.values()) if (group.length >= joinedFiles) return group.slice(0, joinedFiles)
  return null
}
