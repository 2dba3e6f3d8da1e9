import { createHmac } from 'node:crypto'

/**
 * The header that says who sent a body and when: `t=<seconds since 1970>,v1=<HMAC-SHA-256 of "<t>.<body>", hexadecimal>`. A receiver
 * computes it anew with the webhook's secret, compares in constant time, and refuses times that are minutes away.
 */
export const signatureHeader = 'millrace-signature'

export function signature(secret: string, atMs: number, body: Uint8Array): string {
  const seconds = Math.floor(atMs / 1000)
  const hash = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex')
  return `t=${seconds},v1=${hash}`
}
