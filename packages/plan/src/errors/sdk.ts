import type { ErrorEntry } from '../errors.ts'

export const sdkErrors = {} as const satisfies Readonly<Record<string, ErrorEntry>>
