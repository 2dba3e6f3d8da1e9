const seed = 0x9747b28c
const multiplier = 0x5bd1e995

/** As the clients of Java compute it for the partition of a key. */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes
  const whole = length & ~3
  let hash = seed ^ length
  for (let at = 0; at < whole; at += 4) {
    const word = Math.imul(bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24), multiplier)
    hash = Math.imul(hash, multiplier) ^ Math.imul(word ^ (word >>> 24), multiplier)
  }
  if (whole < length) {
    for (let at = length - 1; at >= whole; at--) hash ^= bytes[at]! << ((at - whole) * 8)
    hash = Math.imul(hash, multiplier)
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier)
  return hash ^ (hash >>> 15)
}

/** The partition that Java's clients give a key, among so many. */
export function partitionOf(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}
