import { MillraceError } from '@millrace/plan'

/** Somebody has to change something: the settings, a right, a table. `reason` goes on behind a colon and has no full stop. */
export function refused(system: string, reason: string, cause?: unknown): MillraceError {
  return new MillraceError('CONNECTOR_REFUSED', { system, reason }, { cause })
}

/** It may come back. */
export function lost(system: string, reason: string, cause?: unknown): MillraceError {
  return new MillraceError('CONNECTOR_LOST', { system, reason }, { cause })
}
