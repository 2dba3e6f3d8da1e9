import { createHash } from 'node:crypto'

const longest = 120
/** Names that Windows keeps for devices. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/

/**
 * A name of a tenant or stream as a name of a folder, on any file system: a-z, 0-9, `-` and `_` stay, every other byte of its UTF-8 becomes
 * `~` and two hexadecimal digits, so that `A` and `a` differ where case does not count. Of a longer result the begin stays, and `~~` with
 * half of its SHA-256 stands for the rest.
 */
export function fileSafe(name: string): string {
  const safe = Array.from(new TextEncoder().encode(name), safeByte).join('')
  if (safe.length > longest) return `${safe.slice(0, longest / 2)}~~${createHash('sha256').update(name).digest('hex').slice(0, 32)}`
  return reserved.test(safe) || safe === '' ? `~~${safe}` : safe
}

function safeByte(byte: number): string {
  const text = String.fromCharCode(byte)
  return /[a-z0-9_-]/.test(text) ? text : `~${byte.toString(16).padStart(2, '0')}`
}

/** Sorts as the sequences do. */
export function segmentName(firstSequence: number, lastSequence: number): string {
  return `${String(firstSequence).padStart(16, '0')}-${String(lastSequence).padStart(16, '0')}.segment`
}
