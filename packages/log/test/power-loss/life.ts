import type { Log, Receipt } from '@millrace/log'
import type { Random, SimulatedDisk } from '@millrace/log/testing'
import { Follower } from './follower.ts'
import { checkTenant } from './laws.ts'
import { firstOf, type ModelAppend, type ModelTenant, rowsIn, sequencesOf } from './model.ts'
import { Violation } from './violation.ts'

/** The disk came to its end while something was awaited. */
export class Crash extends Error {}

/** From the opening of a log to its closing or to a crash: what is asked of it, and what it answered. */
export class Life {
  readonly log: Log
  readonly tenants: readonly ModelTenant[]
  readonly random: Random
  /** After an answer LOG_FAILED: nothing but closing makes sense. */
  failed = false
  readonly #disk: SimulatedDisk
  /** Calls of the disk were planned to fail. */
  #faulty = false
  readonly #underWay = new Set<Promise<void>>()
  readonly #followers: Follower[] = []
  #broken: unknown = null

  constructor(log: Log, disk: SimulatedDisk, tenants: readonly ModelTenant[], random: Random) {
    this.log = log
    this.tenants = tenants
    this.random = random
    this.#disk = disk
  }

  /** Awaits an answer of the log; rejects with Crash where the disk ends before. */
  alive<T>(promise: Promise<T>): Promise<T> {
    return orCrash(promise, this.#disk)
  }

  /** Lets something go on by itself; `idle` awaits it. */
  start(work: Promise<void>): void {
    const kept = work.catch((error: unknown) => {
      this.#broken ??= error
    })
    this.#underWay.add(kept)
    void kept.then(() => this.#underWay.delete(kept))
  }

  append(tenant: ModelTenant, append: ModelAppend): void {
    tenant.add(append)
    append.fate = 'waiting'
    for (const chunk of append.chunks) chunk.erased = 'no'
    const { producer } = append
    const chunks = append.chunks.map((chunk) => chunk.new)
    this.start(
      this.log.append({ tenant: tenant.name, chunks, ...(producer && { producer }) }).then(
        (receipt) => this.#acknowledged(tenant, append, receipt, false),
        (error: unknown) => this.#refused(append, error),
      ),
    )
  }

  /** Sends again what was accepted: the answer must be the first one. */
  repeat(tenant: ModelTenant, append: ModelAppend): void {
    const { producer } = append
    const chunks = append.chunks.map((chunk) => chunk.new)
    this.start(
      this.log.append({ tenant: tenant.name, chunks, ...(producer && { producer }) }).then(
        (receipt) => this.#acknowledged(tenant, append, receipt, true),
        (error: unknown) => this.tolerate(error),
      ),
    )
  }

  follow(tenant: ModelTenant, streams: readonly string[], from: number): void {
    this.#followers.push(new Follower(this.log.reader({ tenant: tenant.name, streams, from }), tenant, streams, from))
  }

  async readOn(): Promise<void> {
    if (this.#followers.length > 0) await this.alive(this.random.pick(this.#followers).read(this.random.pick([1, 300, 4000])))
  }

  /** Until everything under way was answered. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await this.alive(Promise.all(this.#underWay))
    this.rethrow()
  }

  /** What went wrong in what nobody awaited. */
  rethrow(): void {
    if (this.#broken) throw this.#broken
  }

  /** Lets one of the next calls of the disk fail, or several. */
  plan(): void {
    this.#faulty = true
    const kind = this.random.pick(['write', 'write', 'sync', 'sync', 'create', 'rename', 'truncate', 'syncDirectory', 'remove'] as const)
    const code = kind === 'write' || kind === 'create' ? this.random.pick(['ENOSPC', 'EIO'] as const) : 'EIO'
    this.#disk.fail({ kind, code, nth: this.random.between(1, 6), times: this.random.pick([1, 1, 3, Number.POSITIVE_INFINITY]) })
  }

  /** Every law, over all that there is, where the log did not fail. Answers the rows. */
  async check(): Promise<number> {
    await this.idle()
    if (this.failed) return 0
    let rows = 0
    for (const tenant of this.tenants) rows += await this.alive(checkTenant(this.log, tenant, this.random))
    for (const follower of this.#followers) await this.alive(follower.check(this.log))
    return rows
  }

  /** A last check, and the log is closed. */
  async end(): Promise<number> {
    const rows = await this.check()
    if (this.random.chance(0.5)) this.#disk.heal()
    await this.alive(this.log.close()).catch((error: unknown) => this.tolerate(error))
    return rows
  }

  /** Of an answer: where calls of the disk were planned to fail it may be an error, also one of these. */
  tolerate(error: unknown, codes: readonly string[] = []): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!this.#faulty || !['LOG_DISK_FULL', 'LOG_FAILED', ...codes].includes(code)) throw error
    if (code === 'LOG_FAILED') this.failed = true
  }

  #acknowledged(tenant: ModelTenant, append: ModelAppend, receipt: Receipt, repeated: boolean): void {
    const first = firstOf(receipt)
    const seen = { append: append.id, receipt, known: append.sequence }
    if (String(receipt.sequences) !== String(sequencesOf(append, first))) throw new Violation('a receipt has the sequence of each chunk', seen)
    if (repeated !== receipt.duplicate) throw new Violation('what was accepted is not appended again, and nothing else is called so', seen)
    if (append.sequence !== null && (append.sequence !== first || append.ingestionMs !== receipt.ingestionMs)) {
      throw new Violation('an append has one receipt', { ...seen, ingestionMs: append.ingestionMs })
    }
    if (!repeated && append.fate === 'waiting' && first < tenant.nextSequence) {
      throw new Violation('no sequence is given twice', { ...seen, given: tenant.nextSequence - 1 })
    }
    tenant.settle(append, first, receipt.ingestionMs)
  }

  #refused(append: ModelAppend, error: unknown): void {
    this.tolerate(error)
    if (append.fate === 'there') throw new Violation('what a reader handed out is not refused', { append: append.id, rows: rowsIn(append) })
    append.fate = this.failed ? 'unknown' : 'refused'
  }
}

export function orCrash<T>(promise: Promise<T>, disk: SimulatedDisk): Promise<T> {
  return Promise.race([
    promise,
    disk.crashed.then(() => {
      throw new Crash()
    }),
  ])
}
