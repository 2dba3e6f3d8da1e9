import { MillraceError } from '@millrace/plan'
import { allows } from '../../access/allows.ts'
import type { Access, Caller } from '../../access/caller.ts'
import type { Intake } from '../../intake/intake.ts'
import type { RegisteredStream, StreamRegistry } from '../../streams/stream-registry.ts'
import { ThisTurn } from './this-turn.ts'
import { streamTopic } from './topics.ts'

export interface PublishingOptions {
  readonly access: Access
  readonly streams: StreamRegistry
  readonly intake: Intake
}

/** Who connected: keys are asked for again and again, as they can be revoked. */
export interface Login {
  readonly tenant: string
  readonly secret: string
}

/** Messages of devices on their way to streams. */
export class Publishing {
  readonly #options: PublishingOptions
  readonly #callers = new ThisTurn<Caller | null>()
  readonly #streams = new ThisTurn<RegisteredStream | null>()

  constructor(options: PublishingOptions) {
    this.#options = options
  }

  /** Who may send for the tenant by this key; null: nobody, and nobody is told why. */
  caller({ tenant, secret }: Login): Caller | null {
    const caller = this.#callers.get(secret, () => this.#options.access.caller(secret))
    return caller !== null && caller.tenant === tenant && allows(caller, ['ingest']) ? caller : null
  }

  /** Resolves once the records of the message are durable. Errors: KEY_REQUIRED, STREAM_UNKNOWN, those of the intake. */
  async publish(login: Login, topic: string, payload: Uint8Array): Promise<void> {
    const caller = this.caller(login)
    if (caller === null) throw new MillraceError('KEY_REQUIRED')
    const stream = this.#stream(login.tenant, caller, topic)
    if (stream === null) throw new MillraceError('STREAM_UNKNOWN', { stream: JSON.stringify(topic.slice(0, 200)) })
    await this.#options.intake.message(stream, payload)
  }

  /** The key of a device sends for no other. */
  #stream(tenant: string, caller: Caller, topic: string): RegisteredStream | null {
    const named = streamTopic(topic)
    if (named === null || (caller.device !== null && named.device !== null && named.device !== caller.device)) return null
    return this.#streams.get(JSON.stringify([tenant, named.stream]), () => this.#options.streams.find(tenant, named.stream))
  }
}
