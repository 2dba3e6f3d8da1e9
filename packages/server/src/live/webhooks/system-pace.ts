import { setTimeout as after } from 'node:timers/promises'
import type { Pace } from './delivery.ts'

/** The machine's time and chance. */
export const systemPace: Pace = {
  now: () => Date.now(),
  pause: (ms, signal) => after(ms, undefined, { signal }).catch(() => {}),
  random: () => Math.random(),
}

/** For spans of time: its clock is set by nobody. */
export const steadyPace: Pace = { ...systemPace, now: () => performance.now() }
