import type { ErrorEntry } from './entry.ts'

export const logErrors = {
  LOG_LOCKED: {
    message: 'The log in {directory} is in use by another process ({holder}).',
    action: 'Stop that process, or give another folder.',
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>
