import { setTimeout as after } from 'node:timers/promises'
import type { Pace } from './delivery.ts'

/** The machine's time and chance. */
export const systemPace: Pace = {
  now: () => Date.now(),
  pause: (ms, signal) => after(ms, undefined, { signal }).catch(() => {}),
  random: () => Math.random(),
}
