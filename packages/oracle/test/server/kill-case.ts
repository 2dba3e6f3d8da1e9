import { setTimeout as after } from 'node:timers/promises'
import { outputStream } from '@millrace/jobs'
import { Draw } from '../random/draw.ts'
import { caughtUp } from './caught-up.ts'
import { Hooks } from './followers.ts'
import type { ServerKillFigures } from './kill-run.ts'
import { faultInLedger } from './ledger.ts'
import { LeftLog } from './left-log.ts'
import { faultInSeen } from './seen.ts'
import type { ServerProcess } from './server-process.ts'
import { sites } from './sites.ts'
import { type Tenant, tenantAt } from './tenants.ts'

function settingsWith(workers: number): object {
  return { workers, snapshotSeconds: 1, historyWriteSeconds: 1, outgoingAllow: '127.0.0.1' }
}

/** A short case has one tenant, and looks at apps and history when all lives are over: they hold whatever an earlier one left there. */
export type CaseLength = 'short' | 'long'

/** A server, its tenants, and all of its lives. */
export class KillCase {
  private readonly server: ServerProcess
  private readonly draw: Draw
  private readonly figures: ServerKillFigures
  private readonly length: CaseLength
  private readonly hooks = new Hooks()
  private readonly over = new AbortController()
  private tenants: readonly Tenant[] = []

  constructor(server: ServerProcess, seed: number, figures: ServerKillFigures, length: CaseLength) {
    this.server = server
    this.draw = new Draw(seed)
    this.figures = figures
    this.length = length
  }

  async run(kills: number): Promise<string | null> {
    await this.begin()
    for (let kill = 1; kill < kills; kill++) {
      await this.live(kill)
      const fault = await this.killed(this.length === 'short' ? 'none' : 'some')
      if (fault !== null) return fault
    }
    await this.live(1)
    await this.quiet()
    const fault = (await this.faultInSeen()) ?? (await this.killed('all'))
    this.figures.cases++
    for (const { ledger } of this.tenants) this.figures.acknowledged += ledger.filter(({ acknowledged }) => acknowledged).length
    return fault
  }

  async end(): Promise<void> {
    this.over.abort()
    this.server.end()
    for (const { followers } of this.tenants) for (const { follower } of followers) await follower.stop()
    this.hooks.close()
  }

  private async begin(): Promise<void> {
    await this.hooks.open()
    this.server.start(settingsWith(1))
    await this.server.ready()
    const tenants: Tenant[] = []
    const all = await sites()
    for (const site of this.length === 'short' ? [this.draw.pick(all)] : all)
      tenants.push(await tenantAt(site, this.server, this.hooks.url, this.draw.fork(), this.over.signal))
    this.tenants = tenants
  }

  /** A life of the server up to a random instant: while it starts, while it catches up, or under load. */
  private async live(kill: number): Promise<void> {
    const startedMs = performance.now()
    if (kill > 1 || !this.server.isAlive) {
      this.server.start(settingsWith(this.draw.whole(0, 2)))
      if (kill > 1 && this.draw.chance(0.3)) return after(this.draw.whole(0, 900))
      await this.server.ready()
      this.figures.readyMs.push(performance.now() - startedMs)
      if (kill > 1 && this.draw.chance(0.2)) return after(this.draw.whole(0, 60))
      await this.caughtUp()
      this.figures.caughtUpMs.push(performance.now() - startedMs)
    }
    await after(this.draw.whole(50, 1200))
  }

  /** Every app has taken everything that was there. */
  private async caughtUp(): Promise<void> {
    const waits = this.tenants.flatMap(({ client, plans }) => plans.map((plan) => caughtUp(client, plan)))
    await Promise.all(waits)
  }

  private async killed(apps: 'none' | 'some' | 'all'): Promise<string | null> {
    await this.server.kill()
    this.figures.kills++
    const left = await LeftLog.of(this.server.data)
    try {
      for (const tenant of this.tenants) {
        const fault = (await this.faultInTenant(left, tenant)) ?? (apps === 'none' ? null : await this.faultInKept(left, tenant, apps))
        if (fault !== null) return `kill ${this.figures.kills}: ${fault}`
      }
      return null
    } finally {
      await left.close()
    }
  }

  private async faultInTenant(left: LeftLog, { tenant, ledger, followers }: Tenant): Promise<string | null> {
    const found = { alarms: await left.found(tenant, 'alarms'), readings: await left.found(tenant, 'readings') }
    const fault = faultInLedger(ledger, found)
    if (fault !== null) return `${tenant}: ${fault}`
    for (const { app, output, follower } of followers) {
      const seen = follower.rows.map(({ $sequence }) => $sequence)
      const there = await left.sequences(tenant, outputStream(app, output))
      const at = seen.findIndex((sequence, row) => sequence !== there[row])
      if (at >= 0) return `${tenant}, a follower of ${app}/${output}: row ${at} is ${seen[at]}, in the log ${there[at]}`
      if (follower.failure !== null) return `${tenant}, a follower of ${app}/${output}: ${follower.failure}`
    }
    return null
  }

  private async faultInKept(left: LeftLog, { tenant, plans }: Tenant, apps: 'some' | 'all'): Promise<string | null> {
    for (const plan of apps === 'all' ? plans : [this.draw.pick(plans)]) {
      const fault = await left.faultInApp(tenant, plan, this.figures)
      if (fault !== null) return fault
    }
    return await left.faultInHistory(tenant, plans, this.figures)
  }

  /** Nobody sends any more, and the apps have taken everything. */
  private async quiet(): Promise<void> {
    await Promise.all(this.tenants.flatMap(({ producers }) => producers.map((producer) => producer.stop())))
    await this.caughtUp()
  }

  private async faultInSeen(): Promise<string | null> {
    for (const tenant of this.tenants) {
      const fault = await faultInSeen(tenant, this.hooks, this.figures)
      if (fault !== null) return fault
    }
    return null
  }
}
