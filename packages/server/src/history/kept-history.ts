import type { HistoryChoice, HistoryState } from '@millrace/api/schemas'
import { type Followed, type History, type HistoryStream, resultKey } from '@millrace/history'
import { outputStream } from '@millrace/jobs'
import type { FastifyBaseLogger } from 'fastify'
import type { App, Apps } from '../apps/apps.ts'
import type { DeclaredStream, Streams } from '../streams/streams.ts'
import type { ChoiceKind, HistoryChoices } from './history-choices.ts'
import { NamedQueries } from './named-queries.ts'

export interface KeptHistoryContext {
  readonly history: History
  readonly choices: HistoryChoices
  readonly apps: Apps
  readonly streams: Streams
  readonly logger: FastifyBaseLogger
}

/** Makes the history keep what tenants chose of their apps and streams, one change after the other. */
export class KeptHistory {
  readonly history: History
  readonly queries = new NamedQueries()
  private readonly context: KeptHistoryContext
  /** Why streams and apps could not be followed. */
  private readonly hindered = new Map<string, string>()
  private closing = false
  private last: Promise<unknown> = Promise.resolve()

  constructor(context: KeptHistoryContext) {
    this.context = context
    this.history = context.history
  }

  /** Of all apps and streams, as the server starts. What was kept before can be asked for meanwhile. */
  async followAll(): Promise<void> {
    const { apps, streams } = this.context
    const all = [
      ...apps.all().map(
        ({ tenant, name }) =>
          () =>
            this.followApp(tenant, name),
      ),
      ...streams.all().map(
        ({ tenant, name }) =>
          () =>
            this.followStream(tenant, name),
      ),
    ]
    for (const follow of all) if (!this.closing) await follow()
  }

  /**
   * After a deploy, with what was chosen there: absent, what was chosen before. Outputs that are no more stay, and take no rows. What hinders it
   * is shown with the app and hinders nothing else.
   */
  followApp(tenant: string, name: string, choice?: HistoryChoice): Promise<void> {
    const { choices, apps } = this.context
    if (choice !== undefined) choices.choose(tenant, 'app', name, choice)
    return this.tried(tenant, 'app', name, async () => {
      const app = apps.find(tenant, name)
      if (app === null) return
      const { keep, maxAgeMs } = choices.of(tenant, 'app', name)
      const known = this.ofApp(tenant, name).map(({ stream }) => stream)
      const wanted = outputsOf(app)
      for (const stream of new Set([...known, ...(keep ? wanted.keys() : [])])) {
        const output = wanted.get(stream)
        await this.history.follow({ tenant, stream, ...(output ?? {}), keep: keep && output !== undefined, ...age(maxAgeMs) })
      }
    })
  }

  /** After a declaration, as `followApp`. */
  followStream(tenant: string, name: string, choice?: HistoryChoice): Promise<void> {
    const { choices, streams } = this.context
    if (choice !== undefined) choices.choose(tenant, 'stream', name, choice)
    return this.tried(tenant, 'stream', name, async () => {
      const stream = streams.find(tenant, name)
      const { keep, maxAgeMs } = choices.of(tenant, 'stream', name)
      if (stream === null || (!keep && this.ofStream(tenant, name) === null)) return
      await this.history.follow({ tenant, stream: name, ...timeOf(stream), keep, ...age(maxAgeMs) })
    })
  }

  /** All that was kept of an app, before it is deleted; of one that is new, what a namesake may have left. */
  async forgetApp(tenant: string, name: string): Promise<void> {
    this.context.choices.forget(tenant, 'app', name)
    await this.alone(async () => {
      for (const { stream } of this.ofApp(tenant, name)) await this.history.erase(tenant, stream)
    })
  }

  async forgetStream(tenant: string, name: string): Promise<void> {
    this.context.choices.forget(tenant, 'stream', name)
    await this.alone(() => this.history.erase(tenant, name))
  }

  /** All that was kept of a tenant, its files included; nothing of it is kept from then on. */
  async forgetTenant(tenant: string): Promise<void> {
    await this.alone(() => this.history.erase(tenant))
  }

  /** What was chosen, and how far the history is with it. */
  stateOfApp(tenant: string, name: string): HistoryState {
    return stateOf(this.context.choices.of(tenant, 'app', name), this.ofApp(tenant, name), this.hindranceOf(tenant, 'app', name))
  }

  stateOfStream(tenant: string, name: string): HistoryState {
    const found = this.ofStream(tenant, name)
    return stateOf(this.context.choices.of(tenant, 'stream', name), found === null ? [] : [found], this.hindranceOf(tenant, 'stream', name))
  }

  /** Null: nothing was ever kept of it. */
  ofStream(tenant: string, name: string): HistoryStream | null {
    return this.history.streams(tenant).find(({ stream }) => stream === name) ?? null
  }

  ofApp(tenant: string, name: string): readonly HistoryStream[] {
    return this.history.streams(tenant).filter(({ stream }) => stream.startsWith(`${name}/`))
  }

  /** Ends all queries; rows not written yet are in the log. */
  async close(): Promise<void> {
    this.closing = true
    await this.history.close()
    await this.last
  }

  private tried(tenant: string, kind: ChoiceKind, name: string, work: () => Promise<void>): Promise<void> {
    const key = `${tenant}\n${kind}\n${name}`
    return this.alone(work).then(
      () => void this.hindered.delete(key),
      (error: unknown) => {
        if (this.closing) return
        this.hindered.set(key, error instanceof Error ? error.message : String(error))
        this.context.logger.error({ tenant, [kind]: name, err: error }, 'history does not follow')
      },
    )
  }

  private hindranceOf(tenant: string, kind: ChoiceKind, name: string): string | null {
    return this.hindered.get(`${tenant}\n${kind}\n${name}`) ?? null
  }

  private alone(work: () => Promise<void>): Promise<void> {
    const done = this.last.then(work)
    this.last = done.catch(() => {})
    return done
  }
}

function stateOf(choice: HistoryChoice, streams: readonly HistoryStream[], hindrance: string | null): HistoryState {
  const most = (value: (stream: HistoryStream) => number): number => Math.max(0, ...streams.map(value))
  const failing = hindrance ?? streams.find((stream) => stream.failing !== null)?.failing ?? null
  return { ...choice, rowsBehind: most(({ rowsBehind }) => rowsBehind), behindMs: most(({ behindMs }) => behindMs), failing }
}

function outputsOf({ name, plan }: App): ReadonlyMap<string, Pick<Followed, 'result'>> {
  return new Map(Object.keys(plan.outputs).map((output) => [outputStream(name, output), { result: resultKey(plan, output) }]))
}

/** Rows lie by the day of their event time. */
function timeOf({ node }: DeclaredStream): Pick<Followed, 'timeColumn'> {
  return typeof node.time === 'string' ? { timeColumn: node.time } : {}
}

function age(maxAgeMs: number | null): Pick<Followed, 'maxAgeMs'> {
  return maxAgeMs === null ? {} : { maxAgeMs }
}
