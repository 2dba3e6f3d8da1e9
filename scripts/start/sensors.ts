import type { SentRecords, Way } from '@millrace/cli'
import type { Playback, PlayedRow } from './playback.ts'

const lookEveryMs = 100
/** Of the rows, these come late, by up to so much; so many are torn on their way. */
const lateShare = 0.15
const latestMs = 3000
const tornShare = 1 / 200

/** Sensors that send what happened as it happens: some of it late, a little of it broken. */
export class Sensors {
  acknowledged = 0
  private readonly playback: Playback
  private readonly way: Way
  private readonly sent: SentRecords
  private readonly timer: NodeJS.Timeout
  private readonly underWay = new Set<Promise<void>>()
  private readonly late = new Map<NodeJS.Timeout, PlayedRow>()
  private readonly failed: (error: unknown) => void

  constructor(playback: Playback, way: Way, sent: SentRecords, failed: (error: unknown) => void) {
    this.playback = playback
    this.way = way
    this.sent = sent
    this.failed = failed
    this.timer = setInterval(() => this.look(), lookEveryMs)
  }

  /** Sends at once what was still to come late, and waits until everything is acknowledged. */
  async stop(): Promise<void> {
    clearInterval(this.timer)
    for (const [timer, row] of this.late) {
      clearTimeout(timer)
      this.send([row])
    }
    await Promise.all(this.underWay)
    await this.way.close()
  }

  private look(): void {
    const now: PlayedRow[] = []
    for (const row of this.playback.due(Date.now())) {
      const sent = Math.random() < tornShare ? { ...row, text: row.text.slice(0, row.text.length / 2) } : row
      if (Math.random() < lateShare) this.sendLater(sent)
      else now.push(sent)
    }
    if (now.length > 0) this.send(now)
  }

  private sendLater(row: PlayedRow): void {
    const timer = setTimeout(() => {
      this.late.delete(timer)
      this.send([row])
    }, Math.random() * latestMs)
    this.late.set(timer, row)
  }

  private send(rows: readonly PlayedRow[]): void {
    const texts = rows.map(({ text }) => text)
    this.sent.add(texts, Date.now())
    const sending = this.way
      .send(texts)
      .then(() => {
        this.acknowledged += rows.length
      }, this.failed)
      .finally(() => this.underWay.delete(sending))
    this.underWay.add(sending)
  }
}
