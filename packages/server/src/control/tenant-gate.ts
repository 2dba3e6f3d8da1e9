import { MillraceError } from '@millrace/plan'
import type { Intake, IntakeBody } from '../intake/intake.ts'

/** An intake that can be shut for a tenant: nothing of it is on its way then, and nothing more is taken. */
export class TenantGate implements Intake {
  private readonly intake: Intake
  private readonly shutTenants = new Set<string>()
  private readonly bodies = new Map<string, Set<IntakeBody>>()
  private readonly working = new Map<string, Set<Promise<unknown>>>()

  constructor(intake: Intake) {
    this.intake = intake
  }

  open(...[stream, options]: Parameters<Intake['open']>): IntakeBody {
    const { tenant } = stream
    this.check(tenant)
    const body = this.intake.open(stream, options)
    addTo(this.bodies, tenant, body)
    const done = (): void => removeFrom(this.bodies, tenant, body)
    return {
      push: (bytes) => this.work(tenant, () => body.push(bytes)),
      end: () => this.work(tenant, () => body.end()).finally(done),
      abort: () => body.abort().finally(done),
    }
  }

  message(...[stream, bytes]: Parameters<Intake['message']>): ReturnType<Intake['message']> {
    return this.work(stream.tenant, () => this.intake.message(stream, bytes))
  }

  messages(...[stream, bodies, also]: Parameters<Intake['messages']>): ReturnType<Intake['messages']> {
    return this.work(stream.tenant, () => this.intake.messages(stream, bodies, also))
  }

  append(...[stream, chunks]: Parameters<Intake['append']>): ReturnType<Intake['append']> {
    return this.work(stream.tenant, () => this.intake.append(stream, chunks))
  }

  /** Resolves when nothing of the tenant is on its way. */
  async shut(tenant: string): Promise<void> {
    this.shutTenants.add(tenant)
    await Promise.allSettled(this.working.get(tenant) ?? [])
    await Promise.allSettled([...(this.bodies.get(tenant) ?? [])].map((body) => body.abort()))
    this.bodies.delete(tenant)
  }

  /** There may be another tenant of that name. */
  reopen(tenant: string): void {
    this.shutTenants.delete(tenant)
  }

  private async work<T>(tenant: string, call: () => Promise<T>): Promise<T> {
    this.check(tenant)
    const under = call()
    addTo(this.working, tenant, under)
    return under.finally(() => removeFrom(this.working, tenant, under))
  }

  /** Errors: KEY_REQUIRED, as for whoever asks anew. */
  private check(tenant: string): void {
    if (this.shutTenants.has(tenant)) throw new MillraceError('KEY_REQUIRED')
  }
}

function addTo<T>(sets: Map<string, Set<T>>, tenant: string, one: T): void {
  sets.set(tenant, (sets.get(tenant) ?? new Set()).add(one))
}

function removeFrom<T>(sets: Map<string, Set<T>>, tenant: string, one: T): void {
  const set = sets.get(tenant)
  set?.delete(one)
  if (set?.size === 0) sets.delete(tenant)
}
