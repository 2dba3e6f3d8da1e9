import type { Append } from '@millrace/log'
import { Histogram, type Registry } from 'prom-client'
import type { Intake, IntakeBody, IntakeReceipt } from '../intake/intake.ts'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import { type BoundedNames, keyOf, type Named } from './bounded-names.ts'
import { EventOrder } from './event-order.ts'
import { letterKinds } from './letter-kinds.ts'
import { deadEnd } from './log-metrics.ts'
import { RisingTotals } from './rising-totals.ts'

/** Of a stream that something was sent to. */
interface Taken extends Named {
  /** null: its records have no time of their own. */
  readonly order: EventOrder | null
  bytes: number
  accepted: number
  rejected: number
  repeated: number
  bodies: number
  duplicates: number
  failed: number
  deserialization: number
  conversion: number
  early: number
  outOfOrder: number
}

type Counted = Exclude<keyof Taken, keyof Named | 'order'>

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** What comes in, by stream: counted where bodies pass. */
export class IntakeMetrics {
  private readonly taken = new Map<string, Taken>()
  private readonly wait: Histogram
  private readonly totals: Readonly<Record<Counted, RisingTotals<'stream'>>>

  constructor(registry: Registry, names: BoundedNames) {
    const total = (name: string, help: string) => new RisingTotals(registry, names, 'stream', `millrace_intake_${name}_total`, help)
    this.totals = {
      bytes: total('bytes', 'Bytes of bodies as they came'),
      accepted: total('records', 'Records accepted, durable in the log'),
      rejected: total('rejected_records', 'Records that did not fit their stream: dead letters'),
      repeated: total('repeated_records', 'Records whose message id was known: not kept again'),
      bodies: total('bodies', 'Bodies and messages whose records were acknowledged'),
      duplicates: total('duplicate_bodies', 'Bodies sent again and absorbed'),
      failed: total('failed_bodies', 'Bodies and messages that were refused or broke off'),
      deserialization: total('deserialization_errors', 'Rejected records whose bytes are none of the format'),
      conversion: total('conversion_errors', 'Rejected records of which a field is missing, unknown or not of its type'),
      early: total('early_records', 'Rejected records whose time is too far ahead of the clock'),
      outOfOrder: total('out_of_order_records', 'Records with a time before that of one that came earlier, since the server began'),
    }
    const help = 'From the end of a body or message until its records were durable, seconds'
    this.wait = new Histogram({ name: 'millrace_intake_commit_seconds', help, buckets: seconds, registers: [registry] })
  }

  /** The same intake, counted. */
  counted(intake: Intake): Intake {
    return {
      open: (stream, options) => this.countedBody(this.of(stream), intake.open(stream, options)),
      message: (stream, bytes) => this.countedMessage(this.of(stream), bytes.length, () => intake.message(stream, bytes)),
      messages: (stream, bodies, also, signal) => {
        const bytes = bodies.reduce((sum, { length }) => sum + length, 0)
        const taken = this.of(stream)
        const receipt = this.countedMessage(taken, bytes, () => intake.messages(stream, bodies, also, signal))
        return receipt.finally(() => {
          taken.bodies += bodies.length - 1
        })
      },
      append: async (stream, chunks) => {
        const receipt = await intake.append(stream, chunks)
        this.of(stream).accepted += receipt.accepted
        return receipt
      },
    }
  }

  /** To be told of each append once it is durable. */
  appended({ tenant, chunks }: Append): void {
    for (const { stream, kind, payload } of chunks) {
      const dead = kind === 'bytes' && stream.endsWith(deadEnd)
      const taken = this.taken.get(keyOf({ tenant, name: dead ? stream.slice(0, -deadEnd.length) : stream }))
      if (taken === undefined) continue
      if (kind === 'batch') taken.outOfOrder += taken.order?.take(payload) ?? 0
      if (dead) countLetters(taken, payload)
    }
  }

  collect(): void {
    for (const taken of this.taken.values()) for (const [figure, total] of this.entries()) total.take(taken, taken[figure])
  }

  forget(one: Named): void {
    this.taken.delete(keyOf(one))
    for (const [, total] of this.entries()) total.forget(one)
  }

  private entries(): readonly [keyof IntakeMetrics['totals'], RisingTotals<'stream'>][] {
    return Object.entries(this.totals) as [keyof IntakeMetrics['totals'], RisingTotals<'stream'>][]
  }

  private of({ tenant, name, node }: RegisteredStream): Taken {
    const key = keyOf({ tenant, name })
    const known = this.taken.get(key)
    if (known !== undefined) return known
    const none = { bytes: 0, accepted: 0, rejected: 0, repeated: 0, bodies: 0, duplicates: 0, failed: 0 }
    const order = node.time === null ? null : new EventOrder(node.time)
    const made = { tenant, name, order, ...none, deserialization: 0, conversion: 0, early: 0, outOfOrder: 0 }
    this.taken.set(key, made)
    return made
  }

  private async countedMessage<R extends Pick<IntakeReceipt, 'accepted' | 'rejected' | 'repeated'>>(
    taken: Taken,
    bytes: number,
    send: () => Promise<R>,
  ): Promise<R> {
    taken.bytes += bytes
    const stop = this.wait.startTimer()
    const receipt = await failing(taken, send())
    stop()
    count(taken, { duplicate: false, ...receipt })
    return receipt
  }

  private countedBody(taken: Taken, body: IntakeBody): IntakeBody {
    let failed = false
    const told = <T>(work: Promise<T>): Promise<T> =>
      failing(taken, work).catch((error: unknown) => {
        failed = true
        throw error
      })
    return {
      push: (bytes) => {
        taken.bytes += bytes.length
        return told(body.push(bytes))
      },
      end: async () => {
        const stop = this.wait.startTimer()
        const receipt = await told(body.end())
        stop()
        count(taken, receipt)
        return receipt
      },
      abort: () => {
        if (!failed) taken.failed++
        return body.abort()
      },
    }
  }
}

function countLetters(taken: Taken, payload: Uint8Array): void {
  const { deserialization, conversion, early } = letterKinds(payload)
  taken.deserialization += deserialization
  taken.conversion += conversion
  taken.early += early
}

async function failing<T>(taken: Taken, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    taken.failed++
    throw error
  }
}

function count(taken: Taken, { accepted, rejected, repeated, duplicate }: Omit<IntakeReceipt, 'sequences' | 'rejections'>): void {
  taken.bodies++
  if (duplicate) {
    taken.duplicates++
    return
  }
  taken.accepted += accepted
  taken.rejected += rejected
  taken.repeated += repeated
}
