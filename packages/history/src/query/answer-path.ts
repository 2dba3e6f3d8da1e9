import { join } from 'node:path'
import type { QueryTask } from './messages.ts'

/** The file that an answer is written to; null: it comes in the reply. */
export function answerPath({ directory, format }: QueryTask): string | null {
  return format === 'json' ? null : join(directory, `answer.${format}`)
}
