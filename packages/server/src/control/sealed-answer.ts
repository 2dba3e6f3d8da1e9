import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** An answer as it was sent. */
export interface Answer {
  readonly status: number
  readonly etag: string | null
  /** Empty: it had none. */
  readonly body: string
}

const nonceBytes = 12
const tagBytes = 16

/**
 * An answer that only who sent the request can read again: it may hold a new key's secret. `secret` is that of the asker's key, which the
 * server does not keep.
 */
export function sealed(answer: Answer, secret: string, name: string): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret, name), nonce)
  const content = Buffer.concat([cipher.update(JSON.stringify(answer), 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), content])
}

export function unsealed(bytes: Uint8Array, secret: string, name: string): Answer {
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret, name), bytes.subarray(0, nonceBytes))
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
  return JSON.parse(decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')) as Answer
}

function keyOf(secret: string, name: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, name, 'millrace answer', 32))
}
