import { hashBytes } from '@millrace/columns'
import { MillraceError } from '@millrace/plan'

/** What stands before the state that members share. */
export interface SharedHead {
  /** Hash of the plan that they have alike. */
  readonly shape: string
  /** Ids by member's number. */
  readonly members: readonly string[]
  /** By name, by member's number. */
  readonly counts: Readonly<Record<string, readonly number[]>>
}

/** Bytes of the head's length and hash. */
const frameBytes = 8

/** Layout: length of the head, its hash, the head as JSON, the state; all 8-byte aligned. */
export function writeShared(head: SharedHead, job: Uint8Array, into?: (bytes: number) => Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(head))
  const start = aligned(frameBytes + text.length)
  const length = start + job.length
  const bytes = (into?.(length) ?? new Uint8Array(length)).subarray(0, length)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  bytes.fill(0, 0, start)
  view.setInt32(0, text.length, true)
  view.setInt32(4, hashBytes(text, 0, text.length), true)
  bytes.set(text, frameBytes)
  bytes.set(job, start)
  return bytes
}

/** Throws SNAPSHOT_DAMAGED, or SNAPSHOT_OF_OTHER_PLAN where members of another shape took it. */
export function readShared(bytes: Uint8Array, shape: string): { readonly head: SharedHead; readonly job: Uint8Array } {
  const { head, start } = headOf(bytes)
  if (head.shape !== shape) throw new MillraceError('SNAPSHOT_OF_OTHER_PLAN', { found: head.shape, expected: shape })
  return { head, job: bytes.subarray(start) }
}

/** Ids of the members whose state a shared job's snapshot holds. */
export function membersOfSnapshot(bytes: Uint8Array): readonly string[] {
  return headOf(bytes).head.members
}

function headOf(bytes: Uint8Array): { readonly head: SharedHead; readonly start: number } {
  if (bytes.length < frameBytes) throw new MillraceError('SNAPSHOT_DAMAGED')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const length = view.getInt32(0, true)
  const end = frameBytes + length
  if (length < 0 || end > bytes.length || hashBytes(bytes, frameBytes, end) !== view.getInt32(4, true)) throw new MillraceError('SNAPSHOT_DAMAGED')
  return { head: JSON.parse(new TextDecoder().decode(bytes.subarray(frameBytes, end))) as SharedHead, start: aligned(end) }
}

/** By number of a member when the snapshot was taken: its number now, -1 where it left. */
export function renumbering({ members }: SharedHead, ids: readonly string[]): Int32Array {
  const now = new Map(ids.map((id, number) => [id, number]))
  const numbers = Int32Array.from(members, (id) => now.get(id) ?? -1)
  const known = new Set(members)
  const fresh = ids.filter((id) => !known.has(id))
  if (fresh.length > 0) throw new MillraceError('SHARED_MEMBER_NEW', { member: fresh[0] as string, members: fresh.length })
  return numbers
}

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8
