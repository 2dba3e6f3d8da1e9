export { type Operation, type OperationName, operations } from './operations.ts'
