import { historyFormats } from '@millrace/api/schemas'
import type { QueryFormat } from '@millrace/history'
import { MillraceError } from '@millrace/plan'
import { preferred } from '../http/preferred.ts'

export const answerTypes: Readonly<Record<QueryFormat, string>> = { json: 'application/json', ...historyFormats }

/** Errors: HISTORY_FORMAT. */
export function answerFormat(accept: string | undefined): QueryFormat {
  const format = preferred(accept, answerTypes)
  if (format === null) throw new MillraceError('HISTORY_FORMAT', { accept })
  return format
}
