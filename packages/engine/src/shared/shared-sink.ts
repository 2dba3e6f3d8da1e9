import type { Rows } from '@millrace/columns'
import { revisionsIn } from '../input-rows.ts'
import type { JobSink } from '../job.ts'
import { type MemberCounts, told } from './member-counts.ts'
import { MemberRows } from './member-rows.ts'
import { isHidden, type WatchedPlan } from './watched.ts'

/** Takes the rows of one output of all members. */
type Take = (member: number, rows: Rows) => void

/** Gives every member its own rows, and counts them. */
export class SharedSink implements JobSink {
  private readonly ids: readonly string[]
  private readonly plan: WatchedPlan
  private readonly to: JobSink
  private readonly counts: MemberCounts
  private readonly byMember: MemberRows
  private readonly takes = new Map<string, Take>()
  /** By output or operator, by member: what the sink calls it. */
  private readonly names = new Map<string, string[]>()

  constructor(ids: readonly string[], plan: WatchedPlan, to: JobSink, counts: MemberCounts) {
    this.ids = ids
    this.plan = plan
    this.to = to
    this.counts = counts
    this.byMember = new MemberRows(ids.length)
  }

  rows(output: string, rows: Rows): void {
    const known = this.takes.get(output)
    const take = known ?? this.takeOf(output)
    if (known === undefined) this.takes.set(output, take)
    this.byMember.each(rows, take)
  }

  late(operator: string, rows: Rows, watermark: Float64Array): void {
    const counts = this.counts.column(`tooLate ${operator}`)
    const names = this.namesOf(operator)
    this.byMember.each(rows, (member, own) => {
      counts[member]! += own.count
      this.to.late(this.nameOf(names, member, operator), own, watermark)
    })
  }

  private takeOf(output: string): Take {
    const takes: Take[] = []
    if (!isHidden(output)) takes.push(this.tell(output))
    for (const [operator, at] of this.plan.windows) if (at === output) takes.push(this.countWindows(operator))
    for (const [operator, at] of this.plan.alerts) if (at === output) takes.push(this.countAlerts(operator))
    return (member, rows) => {
      for (const take of takes) take(member, rows)
    }
  }

  private tell(output: string): Take {
    const { counts, to } = this
    const names = this.namesOf(output)
    const all = counts.column(`rows ${output}`)
    const revisions = counts.column(`revisions ${output}`)
    return (member, rows) => {
      all[member]! += rows.count
      revisions[member]! += revisionsIn(rows)
      to.rows(this.nameOf(names, member, output), rows)
    }
  }

  private countWindows(operator: string): Take {
    const fired = this.counts.column(`fired ${operator}`)
    const revised = this.counts.column(`revised ${operator}`)
    return (member, rows) => {
      const revisions = revisionsIn(rows)
      fired[member]! += rows.count - revisions
      revised[member]! += revisions
    }
  }

  private countAlerts(operator: string): Take {
    return (member, rows) => {
      for (const [word, count] of Object.entries(told(rows))) this.counts.column(`${word} ${operator}`)[member]! += count
    }
  }

  private namesOf(place: string): string[] {
    const known = this.names.get(place)
    if (known !== undefined) return known
    const names: string[] = []
    this.names.set(place, names)
    return names
  }

  private nameOf(names: string[], member: number, place: string): string {
    const known = names[member]
    if (known !== undefined) return known
    const name = `${this.ids[member]}/${place}`
    names[member] = name
    return name
  }
}
