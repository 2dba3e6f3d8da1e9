/**
 * All that the log asks of a file system; every file call of the log and of snapshots goes through it.
 * Paths are absolute. An error of the system keeps its `code` (ENOSPC, EROFS, EIO ...).
 *
 * What survives a loss of power: bytes that a completed `sync` of their file covers; names that a completed
 * `syncDirectory` of their directory covers. Anything else may be there, be gone or be half there.
 */
export interface Files {
  /** `create` fails where the file exists; `write` opens an existing file for reading and writing. */
  open(path: string, mode: 'read' | 'write' | 'create'): Promise<File>
  /** Replaces `to` where it exists. */
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Another name for a file, on the same file system; fails where `to` exists, or with EXDEV, EPERM, ENOTSUP where there are no links. */
  link(from: string, to: string): Promise<void>
  /** With its parents; no error where it exists. */
  makeDirectory(path: string): Promise<void>
  /** An empty one; no error where it is missing. */
  removeDirectory(path: string): Promise<void>
  /** Names in a directory, sorted; of a missing one: none. */
  list(path: string): Promise<readonly string[]>
  syncDirectory(path: string): Promise<void>
}

export interface File {
  /** Answers the bytes read: fewer than asked for only at the end of the file. `into` may be a view of shared memory. */
  read(into: Uint8Array, at: number): Promise<number>
  /** All of the parts, one behind the other. After an error any part of them may be written. */
  write(parts: readonly Uint8Array[], at: number): Promise<void>
  /** fdatasync. After an error nobody knows what of the file is durable (the kernel may have dropped the pages). */
  sync(): Promise<void>
  truncate(bytes: number): Promise<void>
  size(): Promise<number>
  close(): Promise<void>
}
