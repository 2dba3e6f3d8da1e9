import { MillraceError } from '@millrace/plan'
import type { Analysis } from './analysis.ts'
import { busiestHours } from './busiest-hours.ts'
import { correlation } from './correlation.ts'
import { histogram } from './histogram.ts'
import { ranking } from './ranking.ts'
import { rollUp } from './roll-up.ts'
import { topValues } from './top-values.ts'
import { trend } from './trend.ts'
import { windowsAbove } from './windows-above.ts'

/** The questions that are ready to be asked. */
export const analyses: readonly Analysis[] = [busiestHours, topValues, ranking, rollUp, histogram, windowsAbove, correlation, trend]

export function analysisNamed(name: string): Analysis {
  const found = analyses.find((analysis) => analysis.name === name)
  if (found !== undefined) return found
  throw new MillraceError('HISTORY_ANALYSIS_UNKNOWN', { name, names: analyses.map((analysis) => analysis.name).join(', ') })
}
