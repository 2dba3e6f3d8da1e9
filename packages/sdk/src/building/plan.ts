import type { Demand, Operator, Plan } from '@millrace/plan'
import { planVersion } from '@millrace/plan'
import type { Building } from './building.ts'
import { type Draft, numbered } from './draft.ts'

export interface DraftedPlan {
  readonly plan: Plan
  /** Where each operator of the plan was written, by its position. */
  readonly sites: readonly string[]
}

/**
 * The operators that outputs reach, inputs before readers, in the order of the outputs. Equal operators
 * over equal inputs are one.
 */
export function planOf(name: string, building: Building, outputs: ReadonlyMap<string, Draft>, delivery?: Demand): DraftedPlan {
  const numbering = new Numbering()
  const ids = [...outputs].map(([output, draft]) => [output, numbering.idOf(draft)] as const)
  const reached = Object.entries(building.streams).filter(([stream]) => numbering.operators.some((node) => node.kind === 'read' && node.stream === stream))
  const plan: Plan = {
    version: planVersion,
    name,
    params: building.params,
    streams: Object.fromEntries(reached),
    operators: numbering.operators,
    outputs: Object.fromEntries(ids),
    ...(delivery !== undefined && { delivery }),
  }
  return { plan, sites: numbering.sites }
}

class Numbering {
  readonly operators: Operator[] = []
  readonly sites: string[] = []
  private readonly known = new Map<Draft, string>()
  private readonly equal = new Map<string, string>()
  private readonly counts = new Map<string, number>()

  idOf(draft: Draft): string {
    const known = this.known.get(draft)
    if (known !== undefined) return known
    const inputs = draft.inputs.map((input) => this.idOf(input))
    const content = JSON.stringify([draft.content, inputs])
    const id = this.equal.get(content) ?? this.added(draft, inputs)
    this.equal.set(content, id)
    this.known.set(draft, id)
    return id
  }

  private added({ content, site }: Draft, inputs: readonly string[]): string {
    const number = (this.counts.get(content.kind) ?? 0) + 1
    this.counts.set(content.kind, number)
    const id = `${content.kind}-${number}`
    this.operators.push(numbered(content, id, inputs))
    this.sites.push(site)
    return id
  }
}
