import { MillraceError } from '@millrace/plan'
import type { Control } from './control.ts'
import { type Answer, sealedAnswer, unsealedAnswer } from './sealed-answer.ts'

/** A request that says by which name it is to be known when it is sent again. */
export interface NamedRequest {
  readonly keyId: string
  /** Secret of the key. */
  readonly secret: string
  /** The idempotency key. */
  readonly name: string
  /** Of everything that was asked for. */
  readonly fingerprint: Uint8Array
}

export interface IdempotencyLimits {
  readonly keptMs: number
  /** Of the answers of one key. */
  readonly keptBytes: number
  readonly keptRequests: number
}

const defaultLimits: IdempotencyLimits = { keptMs: 86_400_000, keptBytes: 16 << 20, keptRequests: 1000 }
const retryAfterSeconds = 1

/**
 * Requests under their idempotency keys (draft-ietf-httpapi-idempotency-key-header): what succeeded is answered again as it was, and not done again.
 * That one began is durable before it is done; where a crash came in between nobody knows whether it was done, and it is not done again.
 */
export class Idempotency {
  private readonly control: Control
  private readonly clock: () => number
  private readonly limits: IdempotencyLimits
  /** Of this life of the server. */
  private readonly running = new Set<string>()

  constructor(control: Control, clock: () => number = Date.now, limits: IdempotencyLimits = defaultLimits) {
    this.control = control
    this.clock = clock
    this.limits = limits
  }

  /**
   * The answer that there was; null: the request is to be done, then `end` or `release` is called. Errors: IDEMPOTENCY_OTHER, IDEMPOTENCY_RUNS,
   * IDEMPOTENCY_UNKNOWN.
   */
  begin({ keyId, secret, name, fingerprint }: NamedRequest): Answer | null {
    this.control.run('DELETE FROM idempotency WHERE at_ms < ?', this.clock() - this.limits.keptMs)
    const row = this.control.one('SELECT * FROM idempotency WHERE key_id = ? AND name = ?', keyId, name)
    if (row === null) {
      this.control.run('INSERT INTO idempotency VALUES (?, ?, ?, ?, NULL)', keyId, name, fingerprint, this.clock())
      this.running.add(`${keyId} ${name}`)
      return null
    }
    if (Buffer.compare(row['fingerprint'] as Uint8Array, fingerprint) !== 0) throw new MillraceError('IDEMPOTENCY_OTHER')
    if (this.running.has(`${keyId} ${name}`)) throw new MillraceError('IDEMPOTENCY_RUNS', { retryAfterSeconds })
    if (row['answer'] === null) throw new MillraceError('IDEMPOTENCY_UNKNOWN')
    return unsealedAnswer(row['answer'] as Uint8Array, secret, name)
  }

  /** It was done. */
  end({ keyId, secret, name }: NamedRequest, answer: Answer): void {
    this.running.delete(`${keyId} ${name}`)
    this.control.run('UPDATE idempotency SET answer = ? WHERE key_id = ? AND name = ?', sealedAnswer(answer, secret, name), keyId, name)
    this.forgetOldest(keyId)
  }

  /** It was refused or failed: it may be sent again, also otherwise. */
  release({ keyId, name }: NamedRequest): void {
    this.running.delete(`${keyId} ${name}`)
    this.control.run('DELETE FROM idempotency WHERE key_id = ? AND name = ?', keyId, name)
  }

  /** What is beyond the limits, but for the newest. */
  private forgetOldest(keyId: string): void {
    const { keptBytes, keptRequests } = this.limits
    this.control.run(
      `DELETE FROM idempotency WHERE key_id = ? AND answer IS NOT NULL AND rowid IN (
  SELECT id FROM (
    SELECT rowid AS id, row_number() OVER newest AS place, sum(length(answer)) OVER newest AS bytes FROM idempotency WHERE key_id = ?
    WINDOW newest AS (ORDER BY at_ms DESC, rowid DESC)
  ) WHERE place > ? OR (place > 1 AND bytes > ?)
)`,
      ...[keyId, keyId, keptRequests, keptBytes],
    )
  }
}
