import type { Batch } from '@millrace/columns'
import type { Plan } from '@millrace/plan'
import { alarmBatches } from '../../apps/alarm-batches.ts'

/** Alarms as often as those of base stations, of as many sensors. */
export function sensors(plan: Plan, rows: number, rowsOfBatch: number): Iterable<Batch> {
  return alarmBatches(plan, { rows, key: (row) => (row * 7919) % 1220, timeMs: (row) => row * 130, value: (row) => row % 1000 }, rowsOfBatch)
}
