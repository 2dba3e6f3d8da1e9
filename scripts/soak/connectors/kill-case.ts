import { setTimeout as after } from 'node:timers/promises'
import type { MillraceClient } from '@millrace/api'
import { Draw } from '../../../packages/oracle/test/random/draw.ts'
import type { ServerProcess } from '../../../packages/oracle/test/server/server-process.ts'
import type { Brokers } from './brokers.ts'
import { notCaughtUp } from './caught-up.ts'
import type { ConnectorKillFigures } from './figures.ts'
import { count, faultInResults } from './left.ts'
import { type Senders, sendToQueue, sendToTopic } from './senders.ts'
import { makeTenant } from './tenant.ts'

const settings = { workers: 1, snapshotSeconds: 1, outgoingAllow: '127.0.0.1' }

/** A server between systems, and all of its lives. */
export class ConnectorKillCase {
  private readonly server: ServerProcess
  private readonly brokers: Brokers
  private readonly draw: Draw
  private readonly figures: ConnectorKillFigures
  private readonly senders: Senders

  constructor(server: ServerProcess, brokers: Brokers, seed: number, figures: ConnectorKillFigures) {
    this.server = server
    this.brokers = brokers
    this.draw = new Draw(seed)
    this.figures = figures
    this.senders = { measured: sendToTopic(brokers, this.draw.fork()), reported: sendToQueue(brokers, this.draw.fork()) }
  }

  async run(kills: number): Promise<string | null> {
    this.server.start(settings)
    await this.server.ready()
    const client = await makeTenant(this.server, this.brokers)
    for (let kill = 0; kill < kills; kill++) {
      await this.live(client)
      await this.server.kill()
      this.figures.kills++
      this.server.start(settings)
    }
    await this.server.ready()
    await Promise.all(Object.values(this.senders).map((sender) => sender.stop()))
    this.figures.cases++
    const { senders, brokers, figures } = this
    const fault = (await notCaughtUp(client, senders)) ?? (await faultInResults(client, brokers, figures))
    await count(client, senders, figures)
    return fault
  }

  async end(): Promise<void> {
    this.server.end()
    await Promise.allSettled(Object.values(this.senders).map((sender) => sender.stop()))
    await this.brokers.end()
  }

  /** Up to a random instant: while it starts, or under load, with connections that break. */
  private async live(client: MillraceClient): Promise<void> {
    if (this.draw.chance(0.25)) return after(this.draw.whole(0, 1500))
    await this.server.ready()
    const lives = this.draw.whole(0, 3000)
    const cut = this.draw.chance(0.4) ? this.cutAfter(this.draw.whole(0, lives)) : null
    await after(lives)
    await cut
    if (lives > 1500) await this.look(client)
  }

  /** A connection ends, or says nothing for a while before. */
  private async cutAfter(ms: number): Promise<void> {
    const wire = this.draw.pick(this.brokers.wires)
    const silentMs = this.draw.chance(0.5) ? this.draw.whole(0, 300) : 0
    await after(ms)
    if (silentMs > 0) wire.silence()
    await after(silentMs)
    wire.cut()
    this.figures.cuts++
  }

  private async look(client: MillraceClient): Promise<void> {
    const found = [...(await client.listSources()).items, ...(await client.listSinks()).items]
    this.figures.failing += found.filter(({ failing }) => failing !== null).length
  }
}
