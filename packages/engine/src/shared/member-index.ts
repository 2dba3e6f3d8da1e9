import type { Column } from '@millrace/columns'
import type { Equality, Threshold } from './conditions.ts'
import { EqualityLevel } from './equality-level.ts'

/** Finds the members whose equality conditions a row fulfils: they are a group, and every row has one group or none. */
export class MemberIndex {
  /** Members of group g: members[starts[g]] up to members[starts[g + 1]]. */
  readonly members: Int32Array
  readonly starts: Int32Array
  /** Members of the largest group. */
  readonly largest: number
  private readonly levels: readonly { readonly column: number; readonly level: EqualityLevel }[]

  /** Members of a group are sorted by the threshold, if there is one. */
  constructor(members: number, equal: readonly Equality[], threshold: Threshold | null) {
    let nodes: Int32Array = new Int32Array(members)
    let groups = 1
    this.levels = equal.map(({ column, values }) => {
      const level = new EqualityLevel(values, nodes)
      nodes = level.memberNodes
      groups = level.nodes
      return { column, level }
    })
    this.starts = new Int32Array(groups + 1)
    this.members = new Int32Array(members)
    this.arrange(nodes)
    this.largest = this.starts.reduce((most, start, group) => Math.max(most, (this.starts[group + 1] ?? 0) - start), 0)
    if (threshold !== null) this.sort(threshold)
  }

  /** Writes the group of the first `count` of `rows` to `groups`, by row; -1: no member's. */
  find(columns: readonly Column[], rows: Int32Array, count: number, groups: Int32Array): void {
    for (let x = 0; x < count; x++) groups[rows[x] as number] = 0
    for (const { column, level } of this.levels) level.step(columns[column] as Column, rows, count, groups)
  }

  private sort({ values, lowestFirst }: Threshold): void {
    const { starts, members } = this
    const sign = lowestFirst ? 1 : -1
    for (let group = 0; group + 1 < starts.length; group++)
      members.subarray(starts[group], starts[group + 1]).sort((a, b) => sign * ((values[a] as number) - (values[b] as number)))
  }

  private arrange(nodes: Int32Array): void {
    const { starts, members } = this
    for (const group of nodes) starts[group + 1]! += 1
    for (let group = 1; group < starts.length; group++) starts[group]! += starts[group - 1] as number
    const next = starts.slice()
    nodes.forEach((group, member) => {
      members[next[group]!++] = member
    })
  }
}
