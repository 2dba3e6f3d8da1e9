import { airRecords } from './air.ts'
import { btsRecords } from './bts.ts'
import { airDefaults, btsDefaults, type GenerateOptions } from './options.ts'
import { type GeneratedCounts, generateText } from './records.ts'

export type GenerateKind = 'bts' | 'air'

/**
 * Sensor data of a kind, as text in chunks of some thousand lines. The same options give the same text.
 * Options left out are the kind's defaults (`btsDefaults`, `airDefaults`).
 */
export function generate(kind: GenerateKind, options: Partial<GenerateOptions> = {}, counts?: GeneratedCounts): Generator<string> {
  return kind === 'bts' ? generateText({ ...btsDefaults, ...options }, btsRecords, counts) : generateText({ ...airDefaults, ...options }, airRecords, counts)
}
