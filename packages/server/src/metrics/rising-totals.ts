import { Counter, type Registry } from 'prom-client'
import { type BoundedNames, keyOf, type Named } from './bounded-names.ts'

/** A counter by name, fed with totals that somebody else counts. One that falls began anew, and counts from 0. */
export class RisingTotals<Label extends string> {
  private readonly counter: Counter<'tenant' | Label>
  private readonly label: Label
  private readonly names: BoundedNames
  private readonly seen = new Map<string, number>()

  constructor(registry: Registry, names: BoundedNames, label: Label, name: string, help: string) {
    this.counter = new Counter({ name, help, labelNames: ['tenant', label], registers: [registry] })
    this.names = names
    this.label = label
  }

  take(one: Named, total: number): void {
    const key = keyOf(one)
    const before = this.seen.get(key) ?? 0
    this.seen.set(key, total)
    this.counter.inc(labelsOf(this.label, this.names.shown(one)), total >= before ? total - before : total)
  }

  forget(one: Named): void {
    this.seen.delete(keyOf(one))
    this.counter.remove(labelsOf(this.label, one))
  }
}

export function labelsOf<Label extends string>(label: Label, { tenant, name }: Named): Record<'tenant' | Label, string> {
  return { tenant, [label]: name } as Record<'tenant' | Label, string>
}
