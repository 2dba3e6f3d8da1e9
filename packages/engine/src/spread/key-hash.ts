import { hashBytes } from '@millrace/columns'

/**
 * Which part a key belongs to follows from the values of its columns alone: not from how a job numbers strings, nor
 * from batches, machines or the type of whole numbers. The multipliers are others than those of the hash tables
 * (`state/key-shape.ts`): keys of one part must not crowd some of their slots.
 */
export const emptyKey = 0x3c6ef372

/** Of a column whose value is missing. */
export const missingHash = 0x7feb352d

/** Of a whole number; of a bool as 0 or 1. */
export function hashOfNumber(value: number): number {
  const low = value | 0
  return low === value ? low : low ^ Math.imul(Math.floor(value * 2 ** -32), 0x2545f491)
}

/** As `hashOfNumber`, of the number named `value`: a statement that declares `name`. */
export function numberCode(name: string, value: string): string {
  return `let ${name} = ${value} | 0; if (${name} !== ${value}) ${name} ^= Math.imul(Math.floor(${value} * ${2 ** -32}), ${0x2545f491});`
}

/** Of UTF-8 bytes. */
export function hashOfText(bytes: Uint8Array, from: number, to: number): number {
  return hashBytes(bytes, from, to)
}

/** The hash of a key's columns so far and the next one. */
export function withColumn(hash: number, column: number): number {
  const mixed = Math.imul(hash ^ column, 0x68e31da5)
  return mixed ^ (mixed >>> 15)
}

export function withColumnCode(hash: string, column: string): string {
  return `${hash} = Math.imul(${hash} ^ ${column}, ${0x68e31da5}); ${hash} ^= ${hash} >>> 15;`
}

/** The part of `of` that a key with this hash belongs to. */
export function partOf(hash: number, of: number): number {
  return ((Math.imul(hash, 0x3504f333) >>> 16) * of) >>> 16
}

export function partCode(hash: string, of: string): string {
  return `((Math.imul(${hash}, ${0x3504f333}) >>> 16) * ${of}) >>> 16`
}
