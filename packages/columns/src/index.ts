export type { Batch, BoolColumn, Column, Float64Column, Int32Column, ListColumn, Rows, StringColumn } from './batch.ts'
export { Dictionary, hashBytes } from './dictionary.ts'
