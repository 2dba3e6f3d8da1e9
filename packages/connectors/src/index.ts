export type {
  Messages,
  OpenSink,
  OpenSource,
  RefusedRow,
  Sink,
  SinkOpening,
  SinkRows,
  Source,
  SourceOpening,
  System,
} from './contract.ts'
