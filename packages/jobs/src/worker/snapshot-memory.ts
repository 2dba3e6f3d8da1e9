/**
 * Shared memory for snapshots: it goes to the thread that writes it out, and comes back. Memory used before needs no new
 * pages of the system, which would be most of the pause.
 */
export class SnapshotMemory {
  private readonly free: SharedArrayBuffer[] = []

  /** Room for that many bytes. */
  take(bytes: number): Uint8Array {
    const at = this.free.findIndex((memory) => memory.byteLength >= bytes)
    const memory = at < 0 ? new SharedArrayBuffer(roomFor(bytes)) : (this.free.splice(at, 1)[0] as SharedArrayBuffer)
    return new Uint8Array(memory, 0, bytes)
  }

  give(memory: SharedArrayBuffer): void {
    // One is enough: snapshots of a worker's jobs are taken one after the other, mostly.
    this.free.push(memory)
    this.free.sort((a, b) => b.byteLength - a.byteLength).splice(1)
  }
}

/** A quarter more, so that a state that grows does not need new memory each time. */
function roomFor(bytes: number): number {
  return Math.ceil((bytes * 1.25) / 4096) * 4096
}
