import { runSchedule, type ScheduleFigures, type ScheduleOptions } from './schedule.ts'

export interface PowerLossRun {
  readonly schedules: number
  readonly figures: ScheduleFigures
  readonly failures: readonly { readonly seed: number; readonly error: unknown }[]
}

/** Many schedules, from a seed on; stops after `maxFailures`. */
export async function runSchedules(count: number, firstSeed: number, options: ScheduleOptions, maxFailures = 3): Promise<PowerLossRun> {
  const figures: ScheduleFigures = { powerLosses: 0, processLosses: 0, closes: 0, failures: 0, acknowledged: 0, rows: 0, operations: 0 }
  const failures: { seed: number; error: unknown }[] = []
  let schedules = 0
  for (; schedules < count && failures.length < maxFailures; schedules++) {
    const seed = firstSeed + schedules
    try {
      const one = await withinSeconds(20, runSchedule(seed, options))
      for (const key of Object.keys(figures) as (keyof ScheduleFigures)[]) figures[key] += one[key]
    } catch (error) {
      failures.push({ seed, error })
    }
  }
  return { schedules, figures, failures }
}

/** A log that never answers must not stop the proof. */
async function withinSeconds<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${seconds} s`)), seconds * 1000)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
