import { cpus } from 'node:os'
import type { JobStats } from '@millrace/engine'

/** What a job did in a time. */
export interface Look {
  readonly ms: number
  /** What its operators worked on: records, and results of windows. */
  readonly work: number
  /** Processor time of all parts, ms. */
  readonly cpuMs: number
  /** Of the busiest of their threads, with all that runs there. */
  readonly busiestMs: number
  /** Time in operators with state, of all parts: what parts share. */
  readonly operatorsMs: number
  /** Time that processors of the machine had nothing to do, all together, ms. */
  readonly idleMs: number
  /** Of all parts, in the end. */
  readonly stateBytes: number
  /** There was always more to take. */
  readonly behind: boolean
}

/** What of a part's figures tells how it does. */
export interface PartFigures {
  readonly cpuMs: number
  readonly threadCpuMs: number
  readonly stats: Pick<JobStats, 'records' | 'state' | 'stateBytes' | 'timeMs'> & { readonly windows: Readonly<Record<string, { readonly fired: number }>> }
}

/** A job's parts at one moment. */
export interface Moment {
  readonly atMs: number
  /** Time that the machine's processors had nothing to do since it began, all together, ms. */
  readonly idleMs: number
  readonly figures: readonly PartFigures[]
  /** How often a part found nothing to take, and whether one finds nothing now. */
  readonly waits: number
  readonly waiting: boolean
}

/** Of `Moment`. */
export function idleMs(): number {
  return sum(cpus().map(({ times }) => times.idle))
}

/** What happened between two moments with the same parts. */
export function lookBetween(before: Moment, now: Moment): Look {
  return {
    ms: now.atMs - before.atMs,
    work: workOf(now) - workOf(before),
    cpuMs: cpuMs(now) - cpuMs(before),
    busiestMs: Math.max(...now.figures.map(({ threadCpuMs }, part) => threadCpuMs - (before.figures[part]?.threadCpuMs ?? 0))),
    operatorsMs: operatorsMs(now) - operatorsMs(before),
    idleMs: now.idleMs - before.idleMs,
    stateBytes: sum(now.figures.map(({ stats }) => stats.stateBytes)),
    behind: now.waits === before.waits && !now.waiting,
  }
}

/** Every part sees all records, and gives the results of its own keys. */
function workOf({ figures }: Moment): number {
  return sum(Object.values(figures[0]?.stats.records ?? {})) + sum(figures.flatMap(({ stats }) => Object.values(stats.windows).map(({ fired }) => fired)))
}

function cpuMs({ figures }: Moment): number {
  return sum(figures.map((part) => part.cpuMs))
}

function operatorsMs({ figures }: Moment): number {
  return sum(figures.flatMap(({ stats }) => Object.keys(stats.state).map((operator) => stats.timeMs?.[operator] ?? 0)))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
