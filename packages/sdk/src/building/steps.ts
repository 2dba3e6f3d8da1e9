import type { NamedExpression, Plan } from '@millrace/plan'
import type { AlertOptions, RunningOptions } from '../flow.ts'
import type { Role } from '../reading/meaning.ts'
import { callSite } from '../reading/place.ts'
import { type ReadOptions, readColumns, readMessage, readValue } from '../reading/read-function.ts'
import type { Window, WindowOptions } from '../window.ts'
import type { Building } from './building.ts'
import { type Content, type Draft, draft, finalDraft } from './draft.ts'

const ofRow: readonly Role[] = ['row', 'params']
const ofGroup: readonly Role[] = ['row', 'aggregates', 'params']

/** What stands behind `Flow`: every method adds an operator. The types are `Flow`'s. */
export class FlowSteps {
  readonly draft: Draft
  readonly building: Building
  private readonly constants: Plan['params']

  constructor(building: Building, draft: Draft, constants: Plan['params']) {
    this.building = building
    this.draft = draft
    this.constants = constants
  }

  filter(keep: unknown): FlowSteps {
    return this.reading(callSite(this.filter), ofRow, (options) => ({ kind: 'filter', where: readValue(keep, options) }))
  }

  map(to: unknown): FlowSteps {
    return this.reading(callSite(this.map), ofRow, (options) => ({ kind: 'map', columns: readColumns(to, options) }))
  }

  explode(column: string): FlowSteps {
    return this.next({ kind: 'explode', column }, callSite(this.explode))
  }

  union(...others: readonly FlowSteps[]): FlowSteps {
    const site = callSite(this.union)
    const foreign = others.some((other) => !(other instanceof FlowSteps) || other.building !== this.building)
    if (foreign) this.building.refuse(site, 'SDK_OTHER_APP')
    const inputs = foreign ? [this.draft] : [this, ...others].map((flow) => flow.draft)
    return this.at(draft({ kind: 'union' }, inputs, site, this.building, !foreign))
  }

  keyBy(...columns: readonly string[]): KeyedSteps {
    return new KeyedSteps(this, columns)
  }

  window(window: Window, options: WindowOptions = {}): WindowedSteps {
    return new WindowedSteps(this, [], window, options)
  }

  aggregate(to: unknown, options: RunningOptions = {}): FlowSteps {
    return this.running([], to, options, callSite(this.aggregate))
  }

  alert(options: AlertOptions<never, never>): FlowSteps {
    return this.alerting(this.draft.relation?.key ?? [], options, callSite(this.alert))
  }

  with(values: Readonly<Record<string, unknown>>): FlowSteps {
    const constants = { ...this.constants, ...this.building.constants(values, callSite(this.with)) }
    return new FlowSteps(this.building, this.draft, constants)
  }

  final(): FlowSteps {
    const final = finalDraft(this.draft, this.building)
    if (final === null) this.building.refuse(callSite(this.final), 'SDK_FINAL')
    return this.at(final ?? this.draft)
  }

  /** Totals of each key, without a window. */
  running(key: readonly string[], to: unknown, { emit = 'record' }: RunningOptions, site: string): FlowSteps {
    return this.grouped(to, site, (columns) => ({ kind: 'aggregate', key, window: null, allowedLatenessMs: 0, results: 'revised', emit, columns }))
  }

  /** An aggregate whose columns `to` gives. */
  grouped(to: unknown, site: string, content: (columns: readonly NamedExpression[]) => Content): FlowSteps {
    return this.reading(site, ofGroup, (options) => content(readColumns(to, options)))
  }

  alerting(key: readonly string[], options: AlertOptions<never, never>, site: string): FlowSteps {
    const { when, message, severity = 'warning', cooldown, clearAfter } = options
    return this.reading(site, ofRow, (read) => ({
      kind: 'alert',
      key,
      when: readValue(when, read),
      severity,
      message: readMessage(message, read),
      cooldownMs: cooldown?.milliseconds ?? 0,
      clearAfterMs: clearAfter?.milliseconds ?? null,
    }))
  }

  /** An operator with functions: where something in them is refused, what follows does not know the columns. */
  private reading(site: string, roles: readonly Role[], content: (options: ReadOptions) => Content): FlowSteps {
    const { issues, places, params } = this.building
    const before = issues.length
    const read = content({ roles, site, places, issues, scope: { fields: this.draft.relation?.fields, params, constants: this.constants } })
    return this.next(read, site, issues.length === before)
  }

  private at(next: Draft): FlowSteps {
    return new FlowSteps(this.building, next, this.constants)
  }

  private next(content: Content, site: string, sound = true): FlowSteps {
    return this.at(draft(content, [this.draft], site, this.building, sound))
  }
}

/** What stands behind `Keyed`. */
export class KeyedSteps {
  private readonly flow: FlowSteps
  private readonly key: readonly string[]

  constructor(flow: FlowSteps, key: readonly string[]) {
    this.flow = flow
    this.key = key
  }

  window(window: Window, options: WindowOptions = {}): WindowedSteps {
    return new WindowedSteps(this.flow, this.key, window, options)
  }

  aggregate(to: unknown, options: RunningOptions = {}): FlowSteps {
    return this.flow.running(this.key, to, options, callSite(this.aggregate))
  }

  alert(options: AlertOptions<never, never>): FlowSteps {
    return this.flow.alerting(this.key, options, callSite(this.alert))
  }
}

/** What stands behind `Windowed`. */
export class WindowedSteps {
  private readonly flow: FlowSteps
  private readonly key: readonly string[]
  private readonly windowed: Window
  private readonly options: WindowOptions

  constructor(flow: FlowSteps, key: readonly string[], windowed: Window, options: WindowOptions) {
    this.flow = flow
    this.key = key
    this.windowed = windowed
    this.options = options
  }

  aggregate(to: unknown): FlowSteps {
    const { window } = this.windowed
    const allowedLatenessMs = this.options.allowedLateness?.milliseconds ?? 0
    return this.flow.grouped(to, callSite(this.aggregate), (columns) => ({
      kind: 'aggregate',
      key: this.key,
      window,
      allowedLatenessMs,
      results: 'revised',
      emit: 'record',
      columns,
    }))
  }
}
