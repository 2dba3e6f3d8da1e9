import { setTimeout as pause } from 'node:timers/promises'

/** Sockets and timers of this process that keep it running. */
export function openHandles(): readonly string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => kind === 'Timeout' || kind.startsWith('TCP') || kind.startsWith('TLS') || kind === 'GetAddrInfoReqWrap')
    .toSorted()
}

/** Resolves once there is no more than there was; the system's end of a connection may close a moment later. Throws what is left. */
export async function untilNoMoreThan(before: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (moreThan(before).length === 0) return
    await pause(10)
  }
  throw new Error(`left open: ${moreThan(before).join(' ')}`)
}

function moreThan(before: readonly string[]): readonly string[] {
  const allowed = [...before]
  return openHandles().filter((kind) => {
    const at = allowed.indexOf(kind)
    if (at >= 0) allowed.splice(at, 1)
    return at < 0
  })
}
