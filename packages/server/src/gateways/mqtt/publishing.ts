import { MillraceError } from '@millrace/plan'
import type { Caller } from '../../access/caller.ts'
import type { Intake } from '../../intake/intake.ts'
import type { RegisteredStream, StreamRegistry } from '../../streams/stream-registry.ts'
import type { Login, Logins } from './logins.ts'
import { ThisTurn } from './this-turn.ts'
import { streamTopic } from './topics.ts'

export interface PublishingOptions {
  readonly logins: Logins
  readonly streams: StreamRegistry
  readonly intake: Intake
}

/** Messages of devices on their way to streams. */
export class Publishing {
  readonly #options: PublishingOptions
  readonly #streams = new ThisTurn<RegisteredStream | null>()

  constructor(options: PublishingOptions) {
    this.#options = options
  }

  /** Resolves once the records of the message are durable. Errors: KEY_REQUIRED, STREAM_UNKNOWN, those of the intake. */
  async publish(login: Login, topic: string, payload: Uint8Array): Promise<void> {
    const caller = this.#options.logins.caller(login, ['ingest'])
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
