export { btsSensors } from './bts.ts'
export { type GenerateKind, generate } from './generate.ts'
export { airDefaults, btsDefaults, type ErrorType, errorTypes, type GenerateOptions } from './options.ts'
export { emptyCounts, type GeneratedCounts } from './records.ts'
