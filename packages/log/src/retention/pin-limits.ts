import type { Pin } from '../log.ts'

/** What a pin of jobs, history and ways out may hold back: what nobody takes for a week, or more than most disks have to spare, is given up. */
export const pinLimits: Pick<Pin, 'maxAgeMs' | 'maxBytes'> = { maxAgeMs: 7 * 86_400_000, maxBytes: 64 * 2 ** 30 }
