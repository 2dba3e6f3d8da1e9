import type { Scale } from './scale.ts'

/** A line of bench/results.json. */
export interface Figure {
  readonly name: string
  /** The median of the runs. */
  readonly value: number
  readonly unit: Unit
  readonly min: number
  readonly max: number
  readonly goal: number | null
  readonly met: boolean | null
  readonly peer?: Peer
  /** Where it is printed; without one: with the engine's and formats'. */
  readonly table?: Table
}

/** Tables beside that of the engine and formats. */
export type Table = 'log' | 'jobs' | 'server'

/** The same work by another engine, in the same run; `ratio`: how many times faster than it ours is. */
export interface Peer {
  readonly name: string
  readonly value: number
  readonly ratio: number
  readonly goal: number | null
  readonly met: boolean | null
}

export type Unit =
  | 'records/s'
  | 'results/s'
  | 'MB/s'
  | '% of clean'
  | '% of plain'
  | '% of bare'
  | '% of processor'
  | '% apart'
  | 'x'
  | 'times'
  | 'bytes'
  | 'MB'
  | 'ms'
  | 's'

/** One or more figures that come from the same runs; each benchmark has a process of its own. */
export interface Benchmark {
  readonly name: string
  /** Throws where our results are not those of the peer. */
  run(scale: Scale): Promise<readonly Figure[]>
}

export interface Race {
  ours(): unknown
  peer(): Promise<unknown>
  /** Compares what both found; called once both have run. */
  check(): Promise<void>
}

/** Seconds of every run. */
export interface Times {
  readonly ours: readonly number[]
  readonly peer: readonly number[]
}

/** Ours and the peer by turns, so that a busy moment of the machine meets both; what comes before the check warms up. */
export async function race(runs: number, { ours, peer, check }: Race): Promise<Times> {
  await ours()
  await peer()
  await check()
  const times = { ours: [] as number[], peer: [] as number[] }
  for (let run = 0; run < runs; run++) {
    times.ours.push(await secondsOf(ours))
    times.peer.push(await secondsOf(peer))
  }
  return times
}

/** Garbage is collected when it is due, as where jobs run for days; a forced collection would throw warm code away with the job before. */
export async function secondsOf(work: () => unknown): Promise<number> {
  const startedMs = performance.now()
  await work()
  return (performance.now() - startedMs) / 1000
}

/** The garbage of what was prepared is not the work's. */
export function secondsAfterCollecting(work: () => unknown): Promise<number> {
  globalThis.gc?.()
  return secondsOf(work)
}

export function figure(name: string, unit: Unit, values: readonly number[], goal: number | null = null): Figure {
  const value = median(values)
  return { name, value, unit, min: Math.min(...values), max: Math.max(...values), goal, met: goal === null ? null : reached(unit, value, goal) }
}

/** `count` records or results in each of the runs, beside DuckDB where its times are given. */
export function rate(name: string, unit: Unit, count: number, times: Times, goal: number | null, ratioGoal: number | null = null): Figure {
  const perSecond = (seconds: readonly number[]): number[] => seconds.map((each) => count / each)
  const ours = figure(name, unit, perSecond(times.ours), goal)
  if (times.peer.length === 0) return ours
  const value = median(perSecond(times.peer))
  const ratio = ours.value / value
  return { ...ours, peer: { name: 'DuckDB, one thread', value, ratio, goal: ratioGoal, met: ratioGoal === null ? null : ratio >= ratioGoal } }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** The highest of all, where the worst one counts. */
export function highest(name: string, unit: Unit, values: readonly number[], goal: number | null = null): Figure {
  const most = Math.max(...values)
  return { ...figure(name, unit, [most], goal), min: Math.min(...values), max: most }
}

/** How far one of two works in each of the runs is of the other, as a share of it. */
export function share(name: string, unit: '% of plain' | '% of bare', { ours, peer }: Times, goal: number): Figure {
  return figure(
    name,
    unit,
    ours.map((seconds, run) => (100 * (peer[run] as number)) / seconds),
    goal,
  )
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number
}

const wantedLow: ReadonlySet<Unit> = new Set(['bytes', 'MB', 'ms', 's', '% apart', 'times'])

/** Rates and shares are to be high, sizes, times and differences low. */
function reached(unit: Unit, value: number, goal: number): boolean {
  return wantedLow.has(unit) ? value < goal : value >= goal
}
