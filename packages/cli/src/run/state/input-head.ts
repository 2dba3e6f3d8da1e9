import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'

/** What tells an input from others: a file that begins with the same bytes is the same one, grown. */
export interface InputHead {
  readonly stream: string
  /** Its path, for messages only. */
  readonly file: string
  /** The bytes that the hash is of. */
  readonly bytes: number
  /** SHA-256, base64. */
  readonly hash: string
}

const headBytes = 64 << 10

/** The first bytes of an input. */
export interface InputStart {
  readonly stream: string
  readonly file: string
  readonly start: Uint8Array
}

export function startOf(stream: string, file: string): InputStart {
  const fd = openSync(file, 'r')
  try {
    const start = new Uint8Array(headBytes)
    return { stream, file, start: start.subarray(0, readSync(fd, start, 0, headBytes, 0)) }
  } finally {
    closeSync(fd)
  }
}

export function headOf({ stream, file, start }: InputStart): InputHead {
  return { stream, file, bytes: start.length, hash: hashOf(start) }
}

/** Whether the file is the one that had that head, as it was or grown. */
export function hasHead({ stream, start }: InputStart, head: InputHead): boolean {
  return stream === head.stream && start.length >= head.bytes && hashOf(start.subarray(0, head.bytes)) === head.hash
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64')
}
