export type { Chunk, ChunkKind, NewChunk, Piece, Runs } from './chunk.ts'
export type { LogEvent } from './events.ts'
export type { File, Files } from './files/files.ts'
export type { Append, Log, LogOptions, LogReader, OpenLog, Pin, ReaderOptions, Receipt, Retention, StreamFigures } from './log.ts'
