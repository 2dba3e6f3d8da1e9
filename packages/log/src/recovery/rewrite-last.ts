import type { WholeFile } from './torn-tail.ts'

/**
 * The newest commit may be of a process whose fdatasync failed: the kernel shows its bytes, but takes them for written, and will not
 * write them when it is asked again. So they are written again. All commits before it were synced, or the next one would not be there.
 */
export async function rewriteLastCommit({ file, frames }: WholeFile): Promise<void> {
  const last = frames.at(-1)
  if (file === null || last === undefined) return
  const bytes = new Uint8Array(last.bytes)
  const got = await file.read(bytes, last.at)
  await file.write([bytes.subarray(0, got)], last.at)
}
