import type { Plan } from '@millrace/plan'
import { emptyKey, hashOfNumber, hashOfText, missingHash, partOf, withColumn } from '../spread/key-hash.ts'
import type { Part } from '../spread/part.ts'
import { spreadOf } from '../spread/spread-of.ts'
import type { EntryKey } from '../state/entry-key.ts'

/** Whether a job that is a part of one spread by key has this key of an operator. */
export type OwnsKey = (operator: string, key: EntryKey) => boolean

/** Which keys of state belong to a part of a job: those whose rows it takes. What is not spread belongs to part 0. */
export function ownsKey(plan: Plan, part: Part): OwnsKey {
  const spread = spreadOf(plan)
  const by = spread.spread ? spread.by : {}
  return (operator, key) => {
    const columns = by[operator]
    return (columns === undefined ? 0 : partOf(hashOf(key, columns), part.of)) === part.index
  }
}

function hashOf(key: EntryKey, columns: readonly string[]): number {
  return columns.reduce((hash, column) => withColumn(hash, hashOfPart(key, key.partNamed(column))), emptyKey)
}

function hashOfPart(key: EntryKey, part: number): number {
  if (key.isMissing(part)) return missingHash
  if (key.shape.parts[part]?.kind !== 'string') return hashOfNumber(key.number(part))
  const bytes = key.utf8(part)
  return hashOfText(bytes, 0, bytes.length)
}
