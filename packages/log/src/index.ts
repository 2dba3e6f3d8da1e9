export type { Chunk, ChunkKind, NewChunk, Piece, Runs } from './chunk.ts'
export type { LogEvent } from './events.ts'
export { makeDurableDirectory } from './files/durable.ts'
export type { File, Files } from './files/files.ts'
export { nodeFiles } from './files/node-files.ts'
export type {
  Append,
  CommitFigures,
  Log,
  LogCopy,
  LogFigures,
  LogOptions,
  LogReader,
  OpenLog,
  Pin,
  ReaderOptions,
  Receipt,
  Retention,
  StreamFigures,
} from './log.ts'
export { openLog } from './open-log.ts'
export { pinLimits } from './retention/pin-limits.ts'
