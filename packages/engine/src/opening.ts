import { type AggregateOperator, type AlertOperator, inputsOf, type Operator, type Plan, type Relation, relations } from '@millrace/plan'
import type { FailureCount } from './code/runtime.ts'
import { hasState } from './has-state.ts'
import type { OperatorContext, StatefulOperator } from './operator.ts'
import type { OperatorTimes } from './operator-times.ts'
import { Alert } from './operators/alert.ts'
import { RunningAggregate } from './operators/running-aggregate.ts'
import { WindowAggregate } from './operators/window-aggregate.ts'
import { type Pipeline, pipelineFrom } from './pipeline.ts'
import { Placing } from './spread/placing.ts'
import type { Spreading } from './spread/spreading.ts'
import { Station, type StationHost } from './station.ts'

/** What it takes to open a plan's operators. */
export class Opening {
  private readonly plan: Plan
  private readonly params: Plan['params']
  private readonly known: ReadonlyMap<string, Relation>
  private readonly failureCounts: Map<string, FailureCount>
  private readonly spreading: Spreading | null
  private readonly times: OperatorTimes | null
  private readonly placing: Placing | null

  /** `spreading`: of a job that is one part of several; `times`: where time is measured. */
  constructor(plan: Plan, params: Plan['params'], failureCounts: Map<string, FailureCount>, spreading: Spreading | null, times: OperatorTimes | null) {
    this.plan = plan
    this.params = params
    this.known = relations(plan)
    this.failureCounts = failureCounts
    this.spreading = spreading
    this.times = times
    this.placing = spreading === null ? null : new Placing(plan, spreading)
    for (const operator of plan.operators) if (operator.kind === 'filter' || operator.kind === 'map') failureCounts.set(operator.id, { failures: 0 })
  }

  stations(host: StationHost): Station[] {
    const delays = new Map<string, number>()
    const stations: Station[] = []
    for (const operator of this.plan.operators) {
      const delayMs = Math.max(0, ...inputsOf(operator).map((id) => delays.get(id) ?? 0))
      delays.set(operator.id, delayMs + waitOf(operator))
      if (!hasState(operator)) continue
      const open = (context: OperatorContext): StatefulOperator => this.open(operator, context)
      const ordering = this.spreading?.ordering(operator.id, operator.input) ?? null
      stations.push(new Station(host, this.relation(operator.id).streams, delayMs, this.pipeline(operator.id, true), ordering, open))
    }
    return stations
  }

  /** The pipelines of every stream: one for each operator that reads it. */
  streams(): ReadonlyMap<string, readonly Pipeline[]> {
    const pipelines = new Map<string, Pipeline[]>()
    for (const operator of this.plan.operators) {
      if (operator.kind === 'read') pipelines.set(operator.stream, [...(pipelines.get(operator.stream) ?? []), this.pipeline(operator.id, false)])
    }
    return pipelines
  }

  private open(operator: AggregateOperator | AlertOperator, context: OperatorContext): StatefulOperator {
    const input = this.relation(operator.input)
    const { fields } = this.relation(operator.id)
    if (operator.kind === 'alert') return new Alert(operator, input, fields, this.params, context)
    if (operator.window === null) return new RunningAggregate(operator, input.fields, fields, this.params, context)
    return new WindowAggregate(operator, input.fields, fields, this.params, context)
  }

  private pipeline(entry: string, own: boolean): Pipeline {
    const { plan, params, failureCounts, placing, times } = this
    return pipelineFrom(entry, own, { plan, relations: this.known, params, placing, times, failures: (id) => failureCounts.get(id) as FailureCount })
  }

  private relation(id: string): Relation {
    return this.known.get(id) as Relation
  }
}

/** Final results of a window come that much after its end: what reads them sees its watermark later, so that they are not late there. */
function waitOf(operator: Operator): number {
  return operator.kind === 'aggregate' && operator.window !== null && operator.results === 'final' ? operator.allowedLatenessMs : 0
}
