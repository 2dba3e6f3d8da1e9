import { setImmediate } from 'node:timers/promises'
import type { Log } from '@millrace/log'
import type { FastifyBaseLogger } from 'fastify'
import type { Apps } from '../apps/apps.ts'
import type { Control } from '../control/control.ts'
import { InTurn } from '../in-turn.ts'
import { Encoders } from '../live/reading/encoders.ts'
import { type AlertOutput, AlertOutputs } from './alert-outputs.ts'
import { type AlertResult, alertResults } from './alert-results.ts'
import { KeptAlerts } from './kept-alerts.ts'

export interface AlertsContext {
  readonly log: Log
  readonly control: Control
  readonly apps: Apps
  readonly logger: FastifyBaseLogger
  /** How often alerts are looked for though nobody asks. Default 10 s. */
  readonly lookEveryMs?: number
}

/** Bytes of the log that are read together. */
const readBytes = 64 << 10
/** Results that are read, and then taken, in one turn of the event loop, some milliseconds each: records in and results out go on between them. */
const resultsATurn = 64

/** The tenants' alerts: results of alerts, followed in the log and kept as episodes. */
export class Alerts {
  readonly kept: KeptAlerts
  readonly outputs: AlertOutputs
  private readonly context: AlertsContext
  private readonly encoders = new Encoders()
  private readonly timer: NodeJS.Timeout
  private closed = false
  private readonly following = new InTurn()

  constructor(context: AlertsContext) {
    const { control, apps, lookEveryMs = 10_000 } = context
    this.context = context
    this.kept = new KeptAlerts(control)
    this.outputs = new AlertOutputs(apps)
    this.timer = setInterval(() => this.look(), lookEveryMs).unref()
  }

  /** Resolves when all that the log tells now is kept. */
  upToDate(tenant: string): Promise<void> {
    return this.following.run(tenant, 'alerts', () => this.follow(tenant))
  }

  /** What an app raised in earlier epochs is withdrawn where its state was lost: it is raised anew, or it never was. */
  async withdraw(tenant: string, app: string, epoch: number, isLost: (output: string) => boolean): Promise<void> {
    await this.upToDate(tenant)
    const outputs = this.kept.open(tenant).flatMap((open) => (open.app === app && isLost(open.output) ? [open.output] : []))
    for (const output of new Set(outputs)) this.kept.withdraw(tenant, app, output, epoch)
  }

  /** Resolves when nothing is read any more; what was not taken is, at the next start. */
  async close(): Promise<void> {
    this.closed = true
    clearInterval(this.timer)
    await this.following.settled()
  }

  private look(): void {
    const { log, logger } = this.context
    for (const tenant of log.tenants()) this.upToDate(tenant).catch((error: unknown) => logger.error({ tenant, err: error }, 'alerts not read'))
  }

  private async follow(tenant: string): Promise<void> {
    const { log } = this.context
    const outputs = this.outputs.of(tenant)
    const from = this.kept.position(tenant)
    const isNew = [...outputs.keys()].some((stream) => (log.stream(tenant, stream)?.lastSequence ?? -1) >= from)
    if (!isNew) return
    const reader = log.reader({ tenant, streams: [...outputs.keys()], from })
    let results: AlertResult[] = []
    try {
      for (let pieces = await reader.read(readBytes); pieces.length > 0 && !this.closed; pieces = await reader.read(readBytes)) {
        for (const piece of pieces) {
          for (const result of alertResults(tenant, outputs.get(piece.chunk.stream) as AlertOutput, piece, this.encoders)) {
            results.push(result)
            if (results.length < resultsATurn) continue
            await setImmediate()
            this.kept.take(tenant, results, result.position + 1)
            results = []
            await setImmediate()
          }
        }
      }
      if (!this.closed) this.kept.take(tenant, results, reader.position)
    } finally {
      reader.close()
    }
  }
}
