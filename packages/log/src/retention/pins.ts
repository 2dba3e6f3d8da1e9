import type { Pin } from '../log.ts'
import type { PinState, TenantState } from '../state/log-state.ts'

/**
 * Sets or moves a pin. Answers whether it must be durable before anybody relies on it: one that only moves forwards holds, as it
 * was, more than is needed, until it is saved some time later.
 */
export function setPin(tenant: TenantState, pin: Pin, nowMs: number): boolean {
  const { name, streams, sequence, maxAgeMs, maxBytes } = pin
  const before = tenant.pins.get(name)
  tenant.pins.set(name, { tenant: tenant.name, name, streams: [...streams], sequence, maxAgeMs, maxBytes, setMs: nowMs })
  if (before === undefined || sequence < before.sequence) return true
  // Its age must not count from long ago after a crash.
  if (nowMs - before.setMs > maxAgeMs / 8) return true
  return maxAgeMs !== before.maxAgeMs || maxBytes !== before.maxBytes || streams.some((stream) => !before.streams.includes(stream))
}

/** As it was before. */
export function restorePin(tenant: TenantState, name: string, before: PinState | undefined): void {
  if (before === undefined) tenant.pins.delete(name)
  else tenant.pins.set(name, before)
}

/** The lowest sequence of the stream that a pin holds; Infinity: none holds it. */
export function pinnedFrom(tenant: TenantState, stream: string): number {
  let lowest = Number.POSITIVE_INFINITY
  for (const { streams, sequence } of tenant.pins.values()) if (sequence < lowest && streams.includes(stream)) lowest = sequence
  return lowest
}

/** Why a pin no longer holds; null: it does. Its age counts from the last call that set it. */
export function expiry(pin: PinState, heldBytes: number, nowMs: number): 'age' | 'bytes' | null {
  if (nowMs - pin.setMs > pin.maxAgeMs) return 'age'
  return heldBytes > pin.maxBytes ? 'bytes' : null
}
