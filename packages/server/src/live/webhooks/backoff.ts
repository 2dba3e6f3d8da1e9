const firstMs = 1000
const fiveMinutesMs = 300_000

/**
 * How long to wait after the failed try `tries` (from 1): twice as long each time, up to five minutes, of which a random half, so that many
 * webhooks of one receiver do not come back together; but no less than the receiver asks for, up to the same five minutes.
 */
export function backoffMs(tries: number, random: number, askedMs: number, longestMs = fiveMinutesMs): number {
  const longest = Math.min(longestMs, firstMs * 2 ** (tries - 1))
  return Math.max(longest / 2 + (random * longest) / 2, Math.min(askedMs, longestMs))
}
