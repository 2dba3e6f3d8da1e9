/** Touched at a time, so that no turn takes long. */
const touchedAtOnce = 8 << 20
const pageBytes = 4096

/**
 * Shared memory for snapshots: it goes to the thread that writes it out, and comes back. Memory that the system has given
 * pages for already is copied into ten times as fast, so it is touched bit by bit before the state is.
 */
export class SnapshotMemory {
  private free: SharedArrayBuffer | null = null
  private fresh: { readonly memory: SharedArrayBuffer; touched: number } | null = null

  /** Works towards memory of that size; answers whether it is there. */
  prepare(bytes: number): boolean {
    if (this.free !== null && this.free.byteLength >= bytes) return true
    if (this.fresh === null || this.fresh.memory.byteLength < bytes) this.fresh = { memory: new SharedArrayBuffer(roomFor(bytes)), touched: 0 }
    const { memory, touched } = this.fresh
    const to = Math.min(memory.byteLength, touched + touchedAtOnce)
    const pages = new Uint8Array(memory)
    for (let at = touched; at < to; at += pageBytes) pages[at] = 0
    this.fresh.touched = to
    if (to < memory.byteLength) return false
    this.free = memory
    this.fresh = null
    return true
  }

  /** Room for that many bytes. */
  take(bytes: number): Uint8Array {
    const { free } = this
    if (free === null || free.byteLength < bytes) return new Uint8Array(new SharedArrayBuffer(roomFor(bytes)), 0, bytes)
    this.free = null
    return new Uint8Array(free, 0, bytes)
  }

  /** One is enough: snapshots of a worker's jobs are taken one after the other, mostly. */
  give(memory: SharedArrayBuffer): void {
    if (this.free === null || this.free.byteLength < memory.byteLength) this.free = memory
  }
}

/** A quarter more, so that a state that grows does not need new memory each time. */
function roomFor(bytes: number): number {
  return Math.ceil((bytes * 1.25) / pageBytes) * pageBytes
}
