import { setTimeout as after } from 'node:timers/promises'
import { followersOf } from './alert-follower.ts'
import { Bodies } from './bodies.ts'
import { Counted } from './counted.ts'
import { type HttpSender, sendersOf } from './http-sender.ts'
import type { Loaded, LoadSpec } from './load-spec.ts'

/** What is not there by then, ms after the last body was due, does not come. */
const lastMs = 5000

/** Bodies at their instants, as sensors send: those that are due while all connections are busy wait, and that counts. */
export class TimedLoad {
  private readonly spec: LoadSpec
  private readonly perSecond: number
  private readonly counted: Counted
  private readonly bodies: Bodies
  private readonly idle: HttpSender[]
  /** Numbers of bodies that are due. */
  private readonly waiting: number[] = []
  private readonly dueMs = new Map<number, number>()
  private readonly alertMs: number[] = []
  private answered = 0
  /** An alert whose message was there before is no update. */
  private readonly firstNumber = Date.now()

  constructor(spec: LoadSpec, perSecond: number) {
    this.spec = spec
    this.perSecond = perSecond
    this.counted = new Counted(spec)
    this.bodies = new Bodies(spec.rows)
    this.idle = [...sendersOf(spec)]
  }

  async run(): Promise<Loaded> {
    const followers = await followersOf(this.spec, (number) => this.seen(number))
    await this.sendAll()
    for (const each of [...followers, ...this.idle]) each.close()
    return this.counted.loaded(this.alertMs)
  }

  private async sendAll(): Promise<void> {
    const { warmUpMs, ms } = this.spec
    const total = Math.ceil((this.perSecond * (warmUpMs + ms)) / 1000)
    const fromMs = performance.now()
    const dueOf = (number: number): number => fromMs + (1000 * number) / this.perSecond
    for (let number = 0; number < total; await after(1)) {
      for (const now = performance.now(); number < total && dueOf(number) <= now; number++) {
        if (dueOf(number) >= fromMs + warmUpMs) this.dueMs.set(this.firstNumber + number, dueOf(number))
        this.waiting.push(this.firstNumber + number)
      }
      this.sendNext()
    }
    const untilMs = performance.now() + lastMs
    while (performance.now() < untilMs && !this.isDone(total)) await after(5)
  }

  private isDone(total: number): boolean {
    return this.answered === total && (!this.spec.follow || this.alertMs.length >= this.dueMs.size - this.counted.refused)
  }

  private sendNext(): void {
    while (this.idle.length > 0 && this.waiting.length > 0) {
      const sender = this.idle.shift() as HttpSender
      const number = this.waiting.shift() as number
      void this.send(sender, this.bodies.next(this.spec.follow ? number : null))
    }
  }

  private async send(sender: HttpSender, body: string): Promise<void> {
    const status = await sender.send(body)
    this.answered++
    this.counted.answered(status, this.spec.rows)
    this.idle.push(sender)
    this.sendNext()
  }

  private seen(number: number): void {
    const due = this.dueMs.get(number)
    if (due !== undefined) this.alertMs.push(performance.now() - due)
  }
}
