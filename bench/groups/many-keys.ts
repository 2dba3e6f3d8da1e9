import { alarmFile } from '../alarm-files.ts'
import type { Scale } from '../scale.ts'

/** Alarms of a million sensors, all as busy as one another. */
export function manyKeysFile({ manyRows, manyKeys, folder }: Scale): string {
  return alarmFile(folder, { rows: manyRows, sensors: manyKeys, skew: 0, duplicates: 0 })
}
