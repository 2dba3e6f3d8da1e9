import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const nonceBytes = 12
const tagBytes = 16

/** What is sealed can be read again only with the same secret, for the same purpose and name (AES-256-GCM under a key of HKDF-SHA-256). */
export interface Seal {
  readonly secret: string | Uint8Array
  /** What is sealed with the secret under the same name for another purpose is of no use here. */
  readonly purpose: string
  readonly name: string
}

export function sealed(text: string, seal: Seal): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', keyOf(seal), nonce)
  const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), content])
}

/** Throws where it was sealed otherwise, or changed. */
export function unsealed(bytes: Uint8Array, seal: Seal): string {
  const decipher = createDecipheriv('aes-256-gcm', keyOf(seal), bytes.subarray(0, nonceBytes))
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
  return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
}

function keyOf({ secret, purpose, name }: Seal): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, name, purpose, 32))
}
