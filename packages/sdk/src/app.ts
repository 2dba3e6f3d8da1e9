import type { Demand, Plan } from '@millrace/plan'
import { validate } from '@millrace/plan'
import { Building } from './building/building.ts'
import { type Draft, draft } from './building/draft.ts'
import { planOf } from './building/plan.ts'
import { invalid, refusalOf } from './building/refusal.ts'
import { FlowSteps } from './building/steps.ts'
import type { Flow, Output, Params } from './flow.ts'
import { callSite } from './reading/place.ts'
import type { Stream } from './stream.ts'
import type { Received, Row } from './values.ts'

/** An app: its plan, and the names and rows of its outputs. */
export interface App<O> {
  readonly name: string
  readonly plan: Plan
  /** The flows that the app gave out; of use for their types. */
  readonly outputs: O
}

export type Outputs = { readonly [name: string]: Output }
export type NoParams = Record<never, never>

/** Reads a stream: the beginning of a flow. */
export type From<P> = <R>(stream: Stream<R>) => Flow<R, P>

export interface AppOptions<P> {
  /** Values that expressions read by name and that an operator may set when a job starts. */
  readonly params?: P
  /** What the paths from streams to outputs must give, or a server refuses to deploy the app; left out: whatever they give. */
  readonly delivery?: Demand
}

/** A row of an output, as tests and followers receive it. */
export type ResultOf<A, K extends keyof OutputsOf<A>> = OutputsOf<A>[K] extends Output<infer R> ? Received<R> : never
export type OutputsOf<A> = A extends App<infer O> ? O : never

const marker = Symbol.for('millrace.app')

/**
 * Builds an app. `build` runs once, here; the functions it gives to flows are read and become
 * expressions of the plan. Throws one MillraceError with all that is refused.
 */
export function app<const O extends Outputs, P extends Params = NoParams>(name: string, options: AppOptions<P>, build: (from: From<Row<P>>) => O): App<O> {
  const building = new Building(options.params ?? {})
  const outputs = build(fromStream(building) as From<Row<P>>)
  const drafts = draftsOf(building, outputs, callSite(app))
  if (building.issues.length > 0) throw refusalOf(name, building)
  const drafted = planOf(name, building, drafts, options.delivery)
  const issues = validate(drafted.plan)
  if (issues.length > 0) throw invalid(name, drafted, issues, building)
  return Object.defineProperty({ name, plan: drafted.plan, outputs }, marker, { value: true })
}

/** Whether a value was made by `app`, by this or another copy of the sdk. */
export function isApp(value: unknown): value is App<Outputs> {
  return typeof value === 'object' && value !== null && marker in value
}

function fromStream(building: Building) {
  return function from({ name, node }: Stream<unknown>): unknown {
    const site = callSite(from)
    building.stream(name, node, site)
    return new FlowSteps(building, draft({ kind: 'read', stream: name }, [], site, building), {})
  }
}

function draftsOf(building: Building, outputs: Outputs, site: string): ReadonlyMap<string, Draft> {
  const drafts = new Map<string, Draft>()
  for (const [name, flow] of Object.entries(outputs ?? {})) {
    if (!(flow instanceof FlowSteps)) building.refuse(site, 'SDK_OUTPUT', { name })
    else if (flow.building !== building) building.refuse(site, 'SDK_OTHER_APP')
    else drafts.set(name, flow.draft)
  }
  return drafts
}
