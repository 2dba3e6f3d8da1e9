import type { OpenPart } from './platform-ground.ts'

/** Parts of the server beyond its control routes, in the order of opening; they are closed in the reverse. */
export const parts: readonly OpenPart[] = []
