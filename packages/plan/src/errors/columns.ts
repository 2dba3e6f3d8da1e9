import type { ErrorEntry } from './entry.ts'

export const columnsErrors = {
  BATCH_DAMAGED: { message: 'The bytes of a batch are damaged: {reason}.', action: 'Restore them from a copy; what was not damaged stays readable.' },
} as const satisfies Readonly<Record<string, ErrorEntry>>
