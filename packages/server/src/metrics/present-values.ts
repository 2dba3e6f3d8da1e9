import { Gauge, type Registry } from 'prom-client'
import { type BoundedNames, keyOf, type Named } from './bounded-names.ts'
import { labelsOf } from './rising-totals.ts'

/** How the values of all that have no name of their own become one. */
type Joined = 'sum' | 'max' | 'min'

/** A gauge by name, made anew with each look. */
export class PresentValues<Label extends string> {
  private readonly gauge: Gauge<'tenant' | Label>
  private readonly label: Label
  private readonly names: BoundedNames
  private readonly joined: Joined
  private readonly values = new Map<string, number>()

  constructor(registry: Registry, names: BoundedNames, label: Label, joined: Joined, name: string, help: string) {
    this.gauge = new Gauge({ name, help, labelNames: ['tenant', label], registers: [registry] })
    this.names = names
    this.label = label
    this.joined = joined
  }

  begin(): void {
    this.gauge.reset()
    this.values.clear()
  }

  /** Null: there is none now. */
  take(one: Named, value: number | null): void {
    if (value === null) return
    const shown = this.names.shown(one)
    const key = keyOf(shown)
    const before = this.values.get(key)
    const now = before === undefined ? value : this.join(before, value)
    this.values.set(key, now)
    this.gauge.set(labelsOf(this.label, shown), now)
  }

  private join(a: number, b: number): number {
    if (this.joined === 'sum') return a + b
    return this.joined === 'max' ? Math.max(a, b) : Math.min(a, b)
  }
}
