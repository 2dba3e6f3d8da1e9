import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { MillraceClient } from '@millrace/api'
import { outputStream } from '@millrace/jobs'
import type { Plan } from '@millrace/plan'
import { Draw } from '../random/draw.ts'
import { eventually, Follower, Hooks, type ResultRow } from './followers.ts'
import { type Entry, faultInLedger } from './ledger.ts'
import { LeftLog } from './left-log.ts'
import { NumberedLines } from './numbered-lines.ts'
import { openBodies, openLines, openLoose, openMessages, type Producer } from './producers.ts'
import { ServerProcess } from './server-process.ts'
import { type Output, type Site, settle, sites } from './sites.ts'

export interface ServerKillFigures {
  kills: number
  cases: number
  /** Bodies and messages that were acknowledged. */
  acknowledged: number
  /** Records and other entries of the log that the oracle took, results that were compared. */
  records: number
  results: number
  /** Rows of streams and outputs that were found in the history. */
  kept: number
  /** Rows that followers saw, each once; rows of webhooks that came again. */
  followed: number
  hooked: number
  hookedAgain: number
  /** From the start of the process until it is ready, and until every app has taken all that is there. */
  readonly readyMs: number[]
  readonly caughtUpMs: number[]
}

export function noFigures(): ServerKillFigures {
  return { kills: 0, cases: 0, acknowledged: 0, records: 0, results: 0, kept: 0, followed: 0, hooked: 0, hookedAgain: 0, readyMs: [], caughtUpMs: [] }
}

/** Servers under load, killed at random instants, so many times in all; answers what was wrong with what they left, null: nothing. */
export async function killServers(kills: number, firstSeed: number, figures: ServerKillFigures, killsOfCase = 8): Promise<string | null> {
  for (let seed = firstSeed; figures.kills < kills; seed++) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-server-kill-'))
    const server = await ServerProcess.in(folder)
    const case_ = new KillCase(server, seed, figures)
    try {
      const fault = await case_.run(Math.min(killsOfCase, kills - figures.kills))
      if (fault !== null) return `seed ${seed}: ${fault}`
    } finally {
      await case_.end()
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return null
}

function settingsWith(workers: number): object {
  return { workers, snapshotSeconds: 1, historyWriteSeconds: 1, outgoingAllow: '127.0.0.1' }
}

/** A tenant at work. */
interface Tenant extends Site {
  readonly client: MillraceClient
  readonly ledger: Entry[]
  readonly producers: readonly Producer[]
  readonly followers: readonly (Output & { readonly follower: Follower })[]
}

class KillCase {
  private readonly server: ServerProcess
  private readonly draw: Draw
  private readonly figures: ServerKillFigures
  private readonly hooks = new Hooks()
  private readonly over = new AbortController()
  private tenants: readonly Tenant[] = []

  constructor(server: ServerProcess, seed: number, figures: ServerKillFigures) {
    this.server = server
    this.draw = new Draw(seed)
    this.figures = figures
  }

  async run(kills: number): Promise<string | null> {
    await this.begin()
    for (let kill = 1; kill < kills; kill++) {
      await this.live(kill)
      const fault = await this.killed('some')
      if (fault !== null) return fault
    }
    await this.live(1)
    await this.quiet()
    const fault = (await this.faultBeforeEyes()) ?? (await this.killed('all'))
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
    for (const site of await sites()) tenants.push(await this.tenantOf(site))
    this.tenants = tenants
  }

  private async tenantOf(site: Site): Promise<Tenant> {
    const { url, mqttUrl, tcpPort } = this.server
    const key = await settle(site, this.server, this.hooks.url)
    const ledger: Entry[] = []
    const context = {
      url,
      mqttUrl,
      tcpPort,
      gone: this.over.signal,
      tenant: site.tenant,
      key,
      ledger,
      lines: new NumberedLines(this.draw.fork()),
      draw: this.draw.fork(),
    }
    const producers =
      site.tenant === 'north'
        ? [openBodies(context, 'alarms'), openLoose(context, 'alarms'), openLines(context, 'alarms'), await openMessages(context, 'alarms')]
        : [openBodies(context, 'alarms'), openBodies(context, 'readings'), await openMessages(context, 'readings')]
    const followers = site.followed.map((output) => ({ ...output, follower: new Follower(url, key, output.app, output.output) }))
    return { ...site, ledger, producers, followers, client: new MillraceClient({ url, key }) }
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

  private async killed(apps: 'some' | 'all'): Promise<string | null> {
    await this.server.kill()
    this.figures.kills++
    const left = await LeftLog.of(this.server.data)
    try {
      for (const tenant of this.tenants) {
        const fault =
          (await this.faultInTenant(left, tenant)) ??
          (await this.faultInApps(left, tenant, apps === 'all' ? tenant.plans : [this.draw.pick(tenant.plans)])) ??
          (await left.faultInHistory(tenant.tenant, tenant.plans, this.figures))
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

  private async faultInApps(left: LeftLog, { tenant }: Tenant, plans: readonly Plan[]): Promise<string | null> {
    for (const plan of plans) {
      const fault = await left.faultInApp(tenant, plan, this.figures)
      if (fault !== null) return fault
    }
    return null
  }

  /** Nobody sends any more, and the apps have taken everything. */
  private async quiet(): Promise<void> {
    await Promise.all(this.tenants.flatMap(({ producers }) => producers.map((producer) => producer.stop())))
    await this.caughtUp()
  }

  /** What followers and webhooks were sent is what can be read, all of it. */
  private async faultBeforeEyes(): Promise<string | null> {
    for (const { client, followers, hooked, tenant } of this.tenants) {
      for (const { app, output, follower } of followers) {
        const rows = await allRows(client, app, output)
        await eventually(`${tenant}'s follower of ${app}/${output} sees row ${rows.length}`, () => follower.rows.length >= rows.length)
        const fault = firstDifference(follower.rows, rows)
        if (fault !== null) return `${tenant}, a follower of ${app}/${output}: ${fault}`
        this.figures.followed += rows.length
      }
      for (const { app, output } of hooked) {
        const fault = await this.faultInHook(`${app}-${output}`, await allRows(client, app, output))
        if (fault !== null) return `${tenant}, the webhook of ${app}/${output}: ${fault}`
      }
    }
    return null
  }

  /** At least once, in order but for what comes again. */
  private async faultInHook(name: string, rows: readonly ResultRow[]): Promise<string | null> {
    const received = (): readonly ResultRow[] => this.hooks.rows.get(name) ?? []
    const bySequence = (): Map<unknown, ResultRow> => new Map(received().map((row) => [row['$sequence'], row]))
    await eventually(`webhook ${name} has ${rows.length} rows`, () => bySequence().size >= rows.length)
    const distinct = [...bySequence().values()]
    this.figures.hooked += distinct.length
    this.figures.hookedAgain += received().length - distinct.length
    return firstDifference(distinct, rows)
  }
}

async function allRows(client: MillraceClient, app: string, output: string): Promise<readonly ResultRow[]> {
  const rows: ResultRow[] = []
  for (let from: number | 'begin' = 'begin'; ; ) {
    const { items, next } = await client.readResults(app, output, { from, limit: 10_000 })
    rows.push(...items)
    if (items.length === 0) return rows
    from = next
  }
}

/** Of as many as there are of `wanted`: more may have come since. */
function firstDifference(found: readonly ResultRow[], wanted: readonly ResultRow[]): string | null {
  const at = wanted.findIndex((row, place) => JSON.stringify(row) !== JSON.stringify(found[place]))
  return at < 0 ? null : `row ${at} is ${JSON.stringify(found[at])}, as a page ${JSON.stringify(wanted[at])}`
}

/** Resolves when the app has taken what its streams hold now; throws where it was given up. */
async function caughtUp(client: MillraceClient, { name, streams }: Plan): Promise<void> {
  const newest = async (): Promise<number> => {
    const figures = await Promise.all(Object.keys(streams).map(async (stream) => (await client.getStream(stream)).figures))
    return Math.max(...figures.map(({ lastSequence }) => lastSequence ?? 0))
  }
  const wanted = await newest()
  await eventually(`${name} takes ${wanted}`, async () => {
    const known = await newest()
    const { figures } = await client.appFigures(name)
    if (figures !== null) return known - figures.lag >= wanted
    const { state, job } = await client.getApp(name)
    if (state === 'failed') throw new Error(`${name} was given up: ${JSON.stringify(job?.ended)}`)
    return false
  })
}
