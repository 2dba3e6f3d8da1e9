import type { RunFigures } from '../messages.ts'

/** What runs took that others of the same job took the place of: figures of a job go on counting. */
export interface Spent {
  readonly cpuMs: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** By operator. */
  readonly timeMs: Readonly<Record<string, number>>
}

export const nothingSpent: Spent = { cpuMs: 0, bytesIn: 0, bytesOut: 0, timeMs: {} }

export function spentBy(parts: readonly RunFigures[]): Spent {
  return parts.reduce((sum, { cpuMs, bytesIn, bytesOut, stats }) => plus(sum, { cpuMs, bytesIn, bytesOut, timeMs: stats.timeMs ?? {} }), nothingSpent)
}

/** The first part bears what was spent before it. */
export function withSpent(parts: readonly RunFigures[], spent: Spent): readonly RunFigures[] {
  return parts.map((part, index) => {
    if (index > 0) return part
    const { timeMs, ...more } = plus(spent, { ...part, timeMs: part.stats.timeMs ?? {} })
    return { ...part, ...more, stats: { ...part.stats, timeMs } }
  })
}

function plus(one: Spent, other: Spent): Spent {
  const operators = [...new Set([...Object.keys(one.timeMs), ...Object.keys(other.timeMs)])]
  return {
    cpuMs: one.cpuMs + other.cpuMs,
    bytesIn: one.bytesIn + other.bytesIn,
    bytesOut: one.bytesOut + other.bytesOut,
    timeMs: Object.fromEntries(operators.map((id) => [id, (one.timeMs[id] ?? 0) + (other.timeMs[id] ?? 0)])),
  }
}
