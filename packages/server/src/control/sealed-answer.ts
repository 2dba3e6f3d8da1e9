import { type Seal, sealed, unsealed } from './sealed.ts'

/** An answer as it was sent. */
export interface Answer {
  readonly status: number
  readonly etag: string | null
  /** Empty: it had none. */
  readonly body: string
}

/**
 * An answer that only who sent the request can read again: it may hold a new key's secret. `secret` is that of the asker's key, which the
 * server does not keep.
 */
export function sealedAnswer(answer: Answer, secret: string, name: string): Uint8Array {
  return sealed(JSON.stringify(answer), sealOf(secret, name))
}

export function unsealedAnswer(bytes: Uint8Array, secret: string, name: string): Answer {
  return JSON.parse(unsealed(bytes, sealOf(secret, name))) as Answer
}

function sealOf(secret: string, name: string): Seal {
  return { secret, purpose: 'millrace answer', name }
}
