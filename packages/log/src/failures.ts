import { MillraceError } from '@millrace/plan'
import type { LogEvent } from './events.ts'
import { isDiskFull } from './files/durable.ts'

/** What the system said about a file, as the log's errors: LOG_DISK_FULL can be tried again, LOG_FAILED ends the log. */
export function logError(directory: string, file: string, error: unknown): MillraceError {
  if (error instanceof MillraceError) return error
  if (isDiskFull(error)) return new MillraceError('LOG_DISK_FULL', { file }, { cause: error })
  return new MillraceError('LOG_FAILED', { directory, reason: `${file}: ${reasonOf(error)}` }, { cause: error })
}

/** Tells an operator of it. */
export function eventOf(file: string, error: MillraceError): LogEvent {
  return error.code === 'LOG_DISK_FULL' ? { kind: 'disk-full', file } : { kind: 'failed', file, cause: reasonOf(error.cause ?? error) }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
