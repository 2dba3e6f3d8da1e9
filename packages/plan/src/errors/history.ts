import type { ErrorEntry } from './entry.ts'

export const historyErrors = {} as const satisfies Readonly<Record<string, ErrorEntry>>
