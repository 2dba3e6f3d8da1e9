import type { ErrorEntry } from '../errors.ts'

export const testingErrors = {} as const satisfies Readonly<Record<string, ErrorEntry>>
