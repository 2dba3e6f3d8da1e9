import type { Source as OpenedSource } from '@millrace/connectors'
import type { Log, NewChunk } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { Intake } from '../intake/intake.ts'
import type { Named } from '../live/kept-ways.ts'
import type { Pace } from '../live/webhooks/delivery.ts'
import type { StreamRegistry } from '../streams/stream-registry.ts'
import { identityOf } from './identity.ts'
import { Lives } from './lives.ts'
import type { SealedSettings } from './sealed-settings.ts'
import { type KeptSource, sourceMarkStream } from './source.ts'
import type { TenantThreads } from './tenant-threads.ts'

export interface SourceContext {
  readonly log: Log
  readonly intake: Pick<Intake, 'messages'>
  readonly streams: StreamRegistry
  readonly threads: TenantThreads
  readonly settings: SealedSettings
  readonly pace: Pace
}

/** Since the start of the server. */
export interface SourceFigures {
  readonly messages: number
  readonly accepted: number
  readonly rejected: number
  readonly repeated: number
  readonly lost: number
  /** Null: the system did not say. */
  readonly behind: number | null
  readonly position: string | null
}

const none: SourceFigures = { messages: 0, accepted: 0, rejected: 0, repeated: 0, lost: 0, behind: null, position: null }

/** Brings messages of a system into a stream: their records and how far it came are one append, and only then the system may forget them. */
export class SourceRun {
  readonly #kept: KeptSource
  readonly #context: SourceContext
  readonly #lives: Lives
  #figures = none

  constructor(kept: KeptSource, context: SourceContext) {
    this.#kept = kept
    this.#context = context
    context.threads.enter(kept.tenant)
    this.#lives = new Lives(context.pace, (signal) => this.#live(signal))
  }

  get named(): Named {
    const { tenant, name } = this.#kept
    return { tenant, name }
  }

  get figures() {
    return { ...this.#figures, failing: this.#lives.failing }
  }

  async stop(): Promise<void> {
    await this.#lives.stop()
    await this.#context.threads.leave(this.#kept.tenant)
  }

  async #live(signal: AbortSignal): Promise<void> {
    const { tenant, name } = this.#kept
    const { log, threads, settings } = this.#context
    const position = await readPosition(log, tenant, name)
    this.#figures = { ...this.#figures, position }
    const opening = { settings: settings.open(this.#kept), identity: identityOf(this.#kept), position }
    const source = await threads.of(tenant).openSource(this.#kept.system, opening, signal)
    this.#lives.opened()
    const stop = (): void => void source.close()
    signal.addEventListener('abort', stop)
    try {
      while (!signal.aborted) await this.#take(source, signal)
    } finally {
      signal.removeEventListener('abort', stop)
      await source.close()
    }
  }

  async #take(source: OpenedSource, signal: AbortSignal): Promise<void> {
    const messages = await source.next()
    const { bodies, position, lost, behind } = messages
    const also = position === null ? [] : [positionChunk(this.#kept.name, position)]
    // Where there is no room, or no stream, the messages stay where they are: nothing else of this source comes before them.
    const { accepted, rejected, repeated } = await this.#lives.until(() => this.#context.intake.messages(this.#stream(), bodies, also, signal))
    const before = this.#figures
    this.#figures = {
      messages: before.messages + bodies.length,
      accepted: before.accepted + accepted,
      rejected: before.rejected + rejected,
      repeated: before.repeated + repeated,
      lost: before.lost + lost,
      behind,
      position: position ?? before.position,
    }
    await source.accepted(messages)
    this.#lives.works()
  }

  #stream() {
    const { tenant, stream } = this.#kept
    const found = this.#context.streams.find(tenant, stream)
    if (found === null) throw new MillraceError('STREAM_UNKNOWN', { name: stream, hint: 'Declare it again, or delete the source.', stream })
    return found
  }
}

/** Before the first record: positions are kept one at a time. */
export async function beginPositions(log: Log, { tenant, name }: KeptSource): Promise<void> {
  await log.setRetention(tenant, sourceMarkStream(name), { maxAgeMs: null, maxBytes: null, lastOnly: true })
}

/** Null: nothing came yet, or the system keeps it. */
async function readPosition(log: Log, tenant: string, name: string): Promise<string | null> {
  const chunk = await log.last(tenant, sourceMarkStream(name))
  return chunk === null ? null : Buffer.from(chunk.payload).toString()
}

function positionChunk(name: string, position: string): NewChunk {
  return { stream: sourceMarkStream(name), kind: 'mark', rows: 1, schema: 0, payload: new Uint8Array(Buffer.from(position)) }
}
