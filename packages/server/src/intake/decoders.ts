import { type Decoder, type DecoderSink, openDecoder } from '@millrace/formats'
import { type Format, MillraceError } from '@millrace/plan'
import type { RegisteredStream } from '../streams/stream-registry.ts'

/** A decoder on loan: what it decodes goes to the sink of whoever has it. */
export interface Loan {
  readonly decoder: Decoder
  /** Gives it back; what it has of a record that is not whole is dropped. */
  end(): void
}

interface Kept {
  readonly decoder: Decoder
  sink: DecoderSink | null
}

export interface DecoderLimits {
  /** On loan at a time, in all and to a tenant; who comes then waits. An eighth is for tenants that have none. */
  readonly most: number
  readonly mostOfTenant: number
  readonly waitMs: number
  /** Kept for later. */
  readonly mostIdle: number
}

/** Decoders are expensive to make: one for each body that is being decoded, kept for the next ones of that stream. */
export class Decoders {
  readonly #limits: DecoderLimits
  /** By stream, version and format; what was used last stands last. */
  readonly #idle = new Map<string, Kept[]>()
  readonly #loans = new Map<string, number>()
  readonly #waiting = new Set<{ readonly tenant: string; readonly wake: () => void }>()
  #loaned = 0
  #idleCount = 0

  constructor(limits: DecoderLimits) {
    this.#limits = limits
  }

  /** Errors: FORMAT_UNSUPPORTED where the stream cannot be written in that format, INTAKE_BUSY after a long wait. */
  async loan(stream: RegisteredStream, format: Format, sink: DecoderSink): Promise<Loan> {
    const { tenant } = stream
    const untilMs = performance.now() + this.#limits.waitMs
    while (this.#isOut(tenant)) await this.#wait(tenant, untilMs)
    const key = JSON.stringify([tenant, stream.name, stream.version, format])
    const kept = this.#takeIdle(key) ?? open(stream, format)
    kept.sink = sink
    this.#count(tenant, 1)
    return { decoder: kept.decoder, end: () => this.#end(tenant, key, kept) }
  }

  #isOut(tenant: string): boolean {
    const { most, mostOfTenant } = this.#limits
    const own = this.#loans.get(tenant) ?? 0
    return own >= mostOfTenant || this.#loaned >= (own === 0 ? most : most - (most >> 3))
  }

  #wait(tenant: string, untilMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        clearTimeout(timer)
        resolve()
      }
      const waiter = { tenant, wake }
      const tooLong = (): void => {
        this.#waiting.delete(waiter)
        reject(new MillraceError('INTAKE_BUSY'))
      }
      const timer = setTimeout(tooLong, Math.max(0, untilMs - performance.now()))
      this.#waiting.add(waiter)
    })
  }

  #end(tenant: string, key: string, kept: Kept): void {
    if (kept.sink === null) return
    kept.sink = null
    kept.decoder.flush()
    kept.decoder.reset()
    this.#keep(key, kept)
    this.#count(tenant, -1)
    for (const waiter of this.#waiting) {
      if (this.#isOut(waiter.tenant)) continue
      this.#waiting.delete(waiter)
      waiter.wake()
    }
  }

  #count(tenant: string, more: number): void {
    this.#loaned += more
    const loans = (this.#loans.get(tenant) ?? 0) + more
    if (loans > 0) this.#loans.set(tenant, loans)
    else this.#loans.delete(tenant)
  }

  #takeIdle(key: string): Kept | undefined {
    const list = this.#idle.get(key)
    const kept = list?.pop()
    if (kept !== undefined) this.#idleCount--
    if (list?.length === 0) this.#idle.delete(key)
    return kept
  }

  #keep(key: string, kept: Kept): void {
    const list = this.#idle.get(key) ?? []
    this.#idle.delete(key)
    this.#idle.set(key, list)
    list.push(kept)
    if (++this.#idleCount <= this.#limits.mostIdle) return
    const [oldest] = this.#idle.keys()
    this.#takeIdle(oldest as string)
  }
}

function open({ name, node }: RegisteredStream, format: Format): Kept {
  const kept: { decoder: Decoder | null; sink: DecoderSink | null } = { decoder: null, sink: null }
  const decoder = openDecoder(
    name,
    { ...node, format },
    { batch: (batch) => kept.sink?.batch(batch), deadLetters: (letters) => kept.sink?.deadLetters(letters) },
  )
  return Object.assign(kept, { decoder })
}
