import { syncBuiltinESMExports } from 'node:module'
import zlib, { type ZlibOptions, type ZstdOptions } from 'node:zlib'

/** Of all that the thread holds outside of JavaScript's heap: messages, and what waits for the rest of one. */
const mostBytes = 512 << 20
const lookMs = 100
/** Of what one call unpacks: a batch of Kafka has a megabyte, unless said. */
const mostUnpackedBytes = 128 << 20

/**
 * From now on this thread ends where servers send it more than it may hold: Node limits its heap, but not its buffers, and memory is for all
 * tenants. What is unpacked at once is limited before, since nobody can look meanwhile.
 */
export function guardMemory(): void {
  const { gunzipSync, zstdDecompressSync } = zlib
  zlib.gunzipSync = (bytes, options?: ZlibOptions) => gunzipSync(bytes, { maxOutputLength: mostUnpackedBytes, ...options })
  zlib.zstdDecompressSync = (bytes, options?: ZstdOptions) => zstdDecompressSync(bytes, { maxOutputLength: mostUnpackedBytes, ...options })
  syncBuiltinESMExports()
  setInterval(look, lookMs).unref()
}

function look(): void {
  const { arrayBuffers } = process.memoryUsage()
  if (arrayBuffers > mostBytes) throw new Error(`its sources and sinks were sent more than ${mostBytes >> 20} MiB at once`)
}
