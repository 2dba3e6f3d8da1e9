import type { Segments } from '../segment/segments.ts'

/** A log of journals alone. */
export const noSegments: Segments = {
  chunkFrom: async () => null,
  last: async () => null,
  sequenceAt: async () => null,
  setRetention: async () => {},
  pin: async () => {},
  unpin: async () => {},
  erase: async () => {},
  maintain: async () => {},
  close: async () => {},
}
