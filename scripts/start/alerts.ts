import { createHistogram } from 'node:perf_hooks'
import type { RecordRow } from '@millrace/api'
import { alertLine, latencyOf, type SentRecords, type Terminal } from '@millrace/cli'
import type { StartedTenant } from './tenants.ts'

/** Shows alerts of apps as they come, each with how long it took from the sending of the record that caused it. */
export class Alerts {
  shown = 0
  readonly latencyUs = createHistogram()
  private readonly terminal: Terminal
  private readonly ended = new AbortController()
  private readonly following: Promise<void>[] = []

  constructor(terminal: Terminal) {
    this.terminal = terminal
  }

  /** `sent`: records of the tenant's stream. */
  follow(tenant: StartedTenant, sent: SentRecords): void {
    const { plan } = tenant
    const outputs = Object.keys(plan.outputs).filter((output) => plan.operators.find(({ id }) => id === plan.outputs[output])?.kind === 'alert')
    this.following.push(...outputs.map((output) => this.followOutput(tenant, output, sent)))
  }

  async stop(): Promise<void> {
    this.ended.abort()
    await Promise.all(this.following)
  }

  private async followOutput(tenant: StartedTenant, output: string, sent: SentRecords): Promise<void> {
    let showing = Promise.resolve()
    for await (const { row } of tenant.admin.followResults(tenant.plan.name, output, { from: 'now', signal: this.ended.signal })) {
      const seenMs = Date.now()
      showing = showing.then(() => this.show(tenant, row, seenMs, sent))
    }
    await showing
  }

  private async show({ name, admin, plan }: StartedTenant, row: RecordRow, seenMs: number, sent: SentRecords): Promise<void> {
    const latencyMs = await latencyOf(admin, sent, row, seenMs).catch(() => null)
    if (latencyMs !== null) this.latencyUs.record(Math.max(1, Math.round(latencyMs * 1000)))
    this.shown++
    this.terminal.out(`${alertLine({ tenant: name, app: plan.name, row, seenMs, latencyMs }, this.terminal)}\n`)
  }
}
