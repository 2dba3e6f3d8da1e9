import type { ErrorCode, ErrorContext } from '../errors.ts'
import { nearest } from '../near.ts'

/** Takes what a check finds wrong. */
export type Report = (code: ErrorCode, path: string, context?: ErrorContext) => void

/** Text that a tenant wrote, for a message: quoted, control characters escaped, cut off. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text).replace(/[\u007f-\u009f\u2028-\u202e]/g, escapeCharacter)
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** `Did you mean "x"?`, or what there is to choose from. */
export function hint(name: string, candidates: readonly string[]): string {
  const near = nearest(name, candidates)
  if (near !== undefined) return `Did you mean ${quote(near)}?`
  if (candidates.length === 0) return 'There is none.'
  const shown = candidates.slice(0, 12).map(quote).join(', ')
  return candidates.length > 12 ? `There are ${shown} and ${candidates.length - 12} more.` : `There are ${shown}.`
}

/** `operators.3` and `where` make `operators.3.where`. */
export function join(path: string, key: string | number): string {
  return path === '' ? String(key) : `${path}.${key}`
}
