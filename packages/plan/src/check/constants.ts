import type { Constant } from '../expression.ts'
import { limits } from '../limits.ts'
import type { Report } from './report.ts'

/** What the structure cannot tell of a constant: whether its number is exact and its text fits a value. */
export function checkConstant(value: Constant | null, path: string, report: Report): void {
  if (typeof value === 'number') checkNumber(value, path, report)
  if (typeof value === 'string') checkText(value, path, report)
}

/** 2^53 and 2^53 + 1 are the same number to JavaScript and to most readers of JSON. */
export function checkNumber(value: number, path: string, report: Report): void {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) report('NUMBER_UNSAFE', path, { value })
}

function checkText(value: string, path: string, report: Report): void {
  const bytes = Buffer.byteLength(value)
  if (!value.isWellFormed()) report('TEXT_NOT_UNICODE', path)
  if (bytes > limits.valueBytes) report('TEXT_TOO_LONG', path, { bytes, limit: limits.valueBytes })
}
