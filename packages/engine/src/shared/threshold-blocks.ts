import type { Threshold } from './conditions.ts'
import type { MemberIndex } from './member-index.ts'

/** Members of a block. */
export const blockMembers = 4

/**
 * Members of each group in blocks, sorted by their threshold. A group's last place is nobody's, and its threshold is
 * true for no row: so a group can be gone through by blocks, without a branch a member, until a block is not true throughout.
 */
export interface ThresholdBlocks {
  readonly threshold: Threshold
  /** Group g begins at place starts[g]. */
  readonly starts: Int32Array
  /** By place. */
  readonly members: Int32Array
  readonly values: Float64Array
}

export function thresholdBlocks({ starts, members }: MemberIndex, threshold: Threshold): ThresholdBlocks {
  const groups = starts.length - 1
  const blockStarts = new Int32Array(groups)
  let places = 0
  for (let group = 0; group < groups; group++) {
    blockStarts[group] = places
    const size = (starts[group + 1] as number) - (starts[group] as number)
    places += (Math.floor(size / blockMembers) + 1) * blockMembers
  }
  const blocks = { threshold, starts: blockStarts, members: new Int32Array(places), values: new Float64Array(places) }
  blocks.values.fill(threshold.lowestFirst ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)
  for (let group = 0; group < groups; group++) {
    for (let at = starts[group] as number, place = blockStarts[group] as number; at < (starts[group + 1] as number); at++, place++) {
      blocks.members[place] = members[at] as number
      blocks.values[place] = threshold.values[members[at] as number] as number
    }
  }
  return blocks
}
