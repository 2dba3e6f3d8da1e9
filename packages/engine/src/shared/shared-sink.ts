import type { Rows } from '@millrace/columns'
import type { JobSink } from '../job.ts'
import type { MemberCounts } from './member-counts.ts'
import { MemberRows, type TakeMemberRows } from './member-rows.ts'
import { isHidden, type WatchedPlan } from './watched.ts'

/** What is done with the rows of an output. */
interface OutputRows {
  readonly counts: readonly ((rows: Rows) => void)[]
  /** null: members do not see them. */
  readonly tell: TakeMemberRows | null
}

/** Gives every member its own rows, and counts them. */
export class SharedSink implements JobSink {
  /** Rows told since it was set to 0. */
  told = 0
  private readonly ids: readonly string[]
  private readonly plan: WatchedPlan
  private readonly to: JobSink
  private readonly counts: MemberCounts
  private readonly byMember: MemberRows
  private readonly outputs = new Map<string, OutputRows>()
  /** By operator, by member: what the sink calls its late rows. */
  private readonly lateNames = new Map<string, Names>()

  constructor(ids: readonly string[], plan: WatchedPlan, to: JobSink, counts: MemberCounts) {
    this.ids = ids
    this.plan = plan
    this.to = to
    this.counts = counts
    this.byMember = new MemberRows(ids.length)
    for (const output of Object.keys(plan.plan.outputs)) this.outputs.set(output, { counts: this.countsOf(output), tell: this.tellOf(output) })
    for (const operator of plan.windows.keys()) this.lateNames.set(operator, new Names(ids, operator))
  }

  rows(output: string, rows: Rows): void {
    const { counts, tell } = this.outputs.get(output) as OutputRows
    for (const count of counts) count(rows)
    if (tell === null) return
    this.told += rows.count
    this.byMember.each(rows, tell)
  }

  late(operator: string, rows: Rows, watermark: Float64Array): void {
    const names = this.lateNames.get(operator) as Names
    const counts = this.counts.column(`tooLate ${operator}`)
    this.counts.countRows(rows, counts, counts)
    this.told += rows.count
    this.byMember.each(rows, (member, own) => this.to.late(names.of(member), own, watermark))
  }

  private countsOf(output: string): ((rows: Rows) => void)[] {
    const { counts, plan } = this
    const byRow = (first: string, revised: string): ((rows: Rows) => void) => {
      const columns = [counts.column(first), counts.column(revised)] as const
      return (rows) => counts.countRows(rows, ...columns)
    }
    const windows = [...plan.windows].filter(([, at]) => at === output).map(([operator]) => byRow(`fired ${operator}`, `revised ${operator}`))
    const alerts = [...plan.alerts]
      .filter(([, at]) => at === output)
      .map(([operator]) => {
        const columns = new Map(['open', 'update', 'clear', 'withdraw'].map((word) => [word, counts.column(`${word} ${operator}`)]))
        return (rows: Rows) => counts.countWords(rows, columns)
      })
    return [...windows, ...alerts, ...(isHidden(output) ? [] : [byRow(`new ${output}`, `revisions ${output}`)])]
  }

  private tellOf(output: string): TakeMemberRows | null {
    if (isHidden(output)) return null
    const names = new Names(this.ids, output)
    return (member, rows) => this.to.rows(names.of(member), rows)
  }
}

/** What the sink calls a place of each member; made when it is first told of. */
class Names {
  private readonly ids: readonly string[]
  private readonly place: string
  private readonly names: string[] = []

  constructor(ids: readonly string[], place: string) {
    this.ids = ids
    this.place = place
  }

  of(member: number): string {
    const known = this.names[member]
    if (known !== undefined) return known
    const name = `${this.ids[member]}/${this.place}`
    this.names[member] = name
    return name
  }
}
