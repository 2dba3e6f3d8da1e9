import type { ErrorEntry } from '../errors.ts'

export const engineErrors = {} as const satisfies Readonly<Record<string, ErrorEntry>>
