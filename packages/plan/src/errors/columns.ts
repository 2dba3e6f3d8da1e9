import type { ErrorEntry } from '../errors.ts'

export const columnsErrors = {} as const satisfies Readonly<Record<string, ErrorEntry>>
