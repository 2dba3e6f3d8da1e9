import { setTimeout as sleep } from 'node:timers/promises'
import type { Quotas } from '@millrace/api/schemas'
import type { Log } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { Intake, IntakeBody } from '../intake/intake.ts'

export interface QuotaContext {
  readonly log: Pick<Log, 'streams'>
  /** Of the tenant's history. Default: none. */
  historyBytes?(tenant: string): number
  quotasOf(tenant: string): Pick<Quotas, 'recordsPerSecond' | 'storageBytes'>
  /** ms. Default: the machine's clock. */
  readonly clock?: () => number
}

/** Rates are averaged over this time. */
const burstSeconds = 10
/** What a tenant stores is added up this often at most. */
const lookEveryMs = 1000
/** Messages that wait notice within this time that they may come sooner. */
const longestSleepMs = 1000

interface Use {
  /** Records that may come at once; below 0: more came than may. */
  records: number
  atMs: number
  storedBytes: number
  lookedMs: number
}

/**
 * An intake that keeps tenants within their quotas. How many records a body holds is known at its end, so one may go over; then
 * bodies are refused until the time for it has passed (TENANT_RATE), messages wait. Beyond its storage a tenant
 * sends nothing (TENANT_STORAGE).
 */
export class QuotaIntake implements Intake {
  private readonly intake: Intake
  private readonly context: QuotaContext
  private readonly clock: () => number
  private readonly uses = new Map<string, Use>()

  constructor(intake: Intake, context: QuotaContext) {
    this.intake = intake
    this.context = context
    this.clock = context.clock ?? Date.now
  }

  open(...[stream, options]: Parameters<Intake['open']>): IntakeBody {
    const { tenant } = stream
    this.checkStorage(tenant)
    const waitMs = this.waitMs(tenant)
    const perSecond = this.context.quotasOf(tenant).recordsPerSecond
    if (waitMs > 0) throw new MillraceError('TENANT_RATE', { perSecond, retryAfterSeconds: Math.ceil(waitMs / 1000) })
    const body = this.intake.open(stream, options)
    return {
      push: (bytes) => body.push(bytes),
      abort: () => body.abort(),
      end: async () => {
        const receipt = await body.end()
        this.take(tenant, receipt.accepted)
        return receipt
      },
    }
  }

  message(...[stream, bytes]: Parameters<Intake['message']>): ReturnType<Intake['message']> {
    return this.patiently(stream.tenant, () => this.intake.message(stream, bytes))
  }

  messages(...[stream, bodies, also, signal]: Parameters<Intake['messages']>): ReturnType<Intake['messages']> {
    return this.patiently(stream.tenant, () => this.intake.messages(stream, bodies, also), signal)
  }

  /** It came in before, and was counted then. */
  append(...[stream, chunks]: Parameters<Intake['append']>): ReturnType<Intake['append']> {
    this.checkStorage(stream.tenant)
    return this.intake.append(stream, chunks)
  }

  /** The next tenant of that name begins anew. */
  forgetTenant(tenant: string): void {
    this.uses.delete(tenant)
  }

  /** A producer of messages that is not acknowledged sends no more: waiting slows it down without a loss. */
  private async patiently<R extends { readonly accepted: number }>(tenant: string, send: () => Promise<R>, signal?: AbortSignal): Promise<R> {
    this.checkStorage(tenant)
    for (let waitMs = this.waitMs(tenant); waitMs > 0; waitMs = this.waitMs(tenant))
      await sleep(Math.min(waitMs, longestSleepMs), undefined, signal === undefined ? {} : { signal })
    const receipt = await send()
    this.take(tenant, receipt.accepted)
    return receipt
  }

  /** Until the tenant may send again; 0: now. */
  private waitMs(tenant: string): number {
    const { recordsPerSecond } = this.context.quotasOf(tenant)
    if (recordsPerSecond === null) return 0
    const use = this.refilled(tenant, recordsPerSecond)
    return use.records >= 0 ? 0 : Math.ceil((-use.records / recordsPerSecond) * 1000)
  }

  private take(tenant: string, records: number): void {
    const { recordsPerSecond } = this.context.quotasOf(tenant)
    if (recordsPerSecond !== null) this.refilled(tenant, recordsPerSecond).records -= records
  }

  private refilled(tenant: string, perSecond: number): Use {
    const use = this.useOf(tenant)
    const now = this.clock()
    use.records = Math.min(perSecond * burstSeconds, use.records + (Math.max(0, now - use.atMs) / 1000) * perSecond)
    use.atMs = now
    return use
  }

  private checkStorage(tenant: string): void {
    const { storageBytes } = this.context.quotasOf(tenant)
    if (storageBytes === null) return
    const use = this.useOf(tenant)
    const now = this.clock()
    // Of one that goes backwards as well: else it would be long before the sum is made anew.
    if (Math.abs(now - use.lookedMs) >= lookEveryMs) {
      const { log, historyBytes } = this.context
      use.storedBytes = log.streams(tenant).reduce((sum, { bytes }) => sum + bytes, historyBytes?.(tenant) ?? 0)
      use.lookedMs = now
    }
    if (use.storedBytes >= storageBytes) throw new MillraceError('TENANT_STORAGE', { bytes: use.storedBytes, limit: storageBytes })
  }

  private useOf(tenant: string): Use {
    const found = this.uses.get(tenant)
    if (found !== undefined) return found
    // A tenant that was not heard of may send its burst.
    const use: Use = { records: Number.POSITIVE_INFINITY, atMs: this.clock(), storedBytes: 0, lookedMs: Number.NEGATIVE_INFINITY }
    this.uses.set(tenant, use)
    return use
  }
}
