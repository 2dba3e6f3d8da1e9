import type { ErrorEntry } from '../errors.ts'

export const formatsErrors = {} as const satisfies Readonly<Record<string, ErrorEntry>>
