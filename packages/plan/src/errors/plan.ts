import type { ErrorEntry } from '../errors.ts'

export const planErrors = {} as const satisfies Readonly<Record<string, ErrorEntry>>
