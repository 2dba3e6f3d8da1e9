import { outputStream } from '@millrace/jobs'
import { type AlertOperator, type Plan, relations } from '@millrace/plan'
import type { Apps } from '../apps/apps.ts'

/** An output whose rows are those of an alert. */
export interface AlertOutput {
  readonly app: string
  readonly output: string
  readonly plan: Plan
  readonly alert: AlertOperator
  /** Columns of its key that are timestamps. */
  readonly instants: ReadonlySet<string>
  /** Its name in the log. */
  readonly stream: string
}

/** Null: the output holds other rows. */
export function alertOf(plan: Plan, output: string): AlertOperator | null {
  const operator = plan.operators.find(({ id }) => id === plan.outputs[output])
  return operator?.kind === 'alert' ? operator : null
}

export function alertOutputsOf(plan: Plan): readonly AlertOutput[] {
  return Object.keys(plan.outputs).flatMap((output) => {
    const alert = alertOf(plan, output)
    return alert === null ? [] : [{ app: plan.name, output, plan, alert, instants: instantsOf(plan, alert), stream: outputStream(plan.name, output) }]
  })
}

function instantsOf(plan: Plan, { id, key }: AlertOperator): ReadonlySet<string> {
  const fields = relations(plan).get(id)?.fields ?? []
  return new Set(fields.flatMap(({ name, type }) => (type === 'timestamp' && key.includes(name) ? [name] : [])))
}

/** All of a tenant, by stream; found anew when an app was deployed or deleted. */
export class AlertOutputs {
  private readonly apps: Apps
  private readonly known = new Map<string, ReadonlyMap<string, AlertOutput>>()
  private changes = -1

  constructor(apps: Apps) {
    this.apps = apps
  }

  of(tenant: string): ReadonlyMap<string, AlertOutput> {
    if (this.changes !== this.apps.changes) this.known.clear()
    this.changes = this.apps.changes
    const known = this.known.get(tenant) ?? this.find(tenant)
    this.known.set(tenant, known)
    return known
  }

  private find(tenant: string): ReadonlyMap<string, AlertOutput> {
    return new Map(this.apps.all(tenant).flatMap(({ plan }) => alertOutputsOf(plan).map((output) => [output.stream, output] as const)))
  }
}
