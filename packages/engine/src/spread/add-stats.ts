import type { AlertStats, JobStats, StateStats, WindowStats } from '../job.ts'

/** The figures of a job from those of all its parts: every part sees all records, but only its own keys. */
export function addStats(parts: readonly JobStats[]): JobStats {
  const [first] = parts as [JobStats]
  return {
    ...first,
    outputs: added(parts.map(({ outputs }) => outputs)),
    windows: added<WindowStats>(parts.map(({ windows }) => windows)),
    alerts: added<AlertStats>(parts.map(({ alerts }) => alerts)),
    failures: sums(parts.map(({ failures }) => failures)),
    stateBytes: parts.reduce((sum, { stateBytes }) => sum + stateBytes, 0),
    keys: parts.reduce((sum, { keys }) => sum + keys, 0),
    state: added<StateStats>(parts.map(({ state }) => state)),
    ...(first.timeMs === undefined ? {} : { timeMs: sums(parts.map(({ timeMs }) => timeMs ?? {})) }),
  }
}

type Counts = { readonly [name: string]: number }

function added<T extends object>(parts: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  const [first] = parts as [Readonly<Record<string, T>>]
  return Object.fromEntries(Object.keys(first).map((id) => [id, sums(parts.map((part) => part[id] as T & Counts)) as T]))
}

function sums<T extends Counts>(parts: readonly T[]): T {
  const [first] = parts as [T]
  return Object.fromEntries(Object.keys(first).map((name) => [name, parts.reduce((sum, part) => sum + (part[name] as number), 0)])) as T
}
