import { Counter, type Registry } from 'prom-client'
import { BoundedNames, type Named } from './bounded-names.ts'

/** How long queries ran, by tenant: so many by name, the others as `(other)` together. */
export class QueryTimeMetrics {
  private readonly counter: Counter<'tenant'>
  private readonly names: BoundedNames
  /** By tenant: ms counted so far, and not shown yet. */
  private readonly times = new Map<string, { ms: number; newMs: number }>()

  constructor(registry: Registry, names: number) {
    this.names = new BoundedNames(names)
    const help = 'Time that queries of a tenant ran, waiting not included'
    this.counter = new Counter({ name: 'millrace_tenant_query_seconds_total', help, labelNames: ['tenant'], registers: [registry] })
  }

  ran(tenant: string, tookMs: number): void {
    const { ms, newMs } = this.times.get(tenant) ?? { ms: 0, newMs: 0 }
    this.times.set(tenant, { ms: ms + tookMs, newMs: newMs + tookMs })
  }

  collect(): void {
    for (const { tenant } of this.names.admit([...this.times].map(([tenant, { ms }]) => ({ ...named(tenant), use: ms })))) this.counter.remove({ tenant })
    for (const [tenant, time] of this.times) {
      this.counter.inc({ tenant: this.names.shown(named(tenant)).tenant }, time.newMs / 1000)
      time.newMs = 0
    }
  }

  /** The tenant is deleted. */
  forgetTenant(tenant: string): void {
    this.times.delete(tenant)
  }
}

function named(tenant: string): Named {
  return { tenant, name: '' }
}
