import { MillraceError } from '@millrace/plan'
import type { IntakeOptions } from '../../intake/intake.ts'

export interface FileKind {
  readonly format: IntakeOptions['format']
  readonly isCompressed: boolean
}

const formats: Readonly<Record<string, IntakeOptions['format']>> = { csv: 'csv', ndjson: 'ndjson', jsonl: 'ndjson', json: 'json' }

/** How a file is written, by its name. Errors: FOLDER_FILE_NAME. */
export function fileKind(name: string): FileKind {
  const isCompressed = /\.gz$/i.test(name)
  const extension = /\.(\w+)$/.exec(isCompressed ? name.slice(0, -3) : name)?.[1]?.toLowerCase() ?? ''
  if (!Object.hasOwn(formats, extension)) throw new MillraceError('FOLDER_FILE_NAME', { file: JSON.stringify(name.slice(0, 200)) })
  return { format: formats[extension], isCompressed }
}

/** Whether a file is meant to be taken: names of files that are being written say so. */
export function isForTaking(name: string): boolean {
  return !name.startsWith('.') && !/\.(part|tmp)$/i.test(name)
}
