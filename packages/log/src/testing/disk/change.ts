import type { GrowingBytes } from './growing-bytes.ts'

/** A write or a new length of a file; numbers rise. */
export type Change =
  | { readonly kind: 'write'; readonly number: number; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'resize'; readonly number: number; readonly length: number }

export function apply(to: GrowingBytes, change: Change): void {
  if (change.kind === 'write') to.write(change.at, change.bytes)
  else to.resize(change.length)
}
