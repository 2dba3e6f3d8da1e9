export type { Fault } from './disk/faults.ts'
export type { Operation, OperationKind } from './disk/operation.ts'
export { type DiskOptions, SimulatedDisk } from './disk/simulated-disk.ts'
export { Random } from './random.ts'
