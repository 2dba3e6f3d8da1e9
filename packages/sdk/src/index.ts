export type { Demand, Guarantee, WayInName, WayOutName } from '@millrace/plan'
export type { Aggregates, Where } from './aggregates.ts'
export type { App, AppOptions, From, NoParams, Outputs, OutputsOf, ResultOf } from './app.ts'
export { app, isApp } from './app.ts'
export { days, hours, milliseconds, minutes, seconds } from './duration.ts'
export type {
  AlertColumns,
  AlertOptions,
  AlreadyAColumnOfTheResult,
  Clash,
  Flow,
  Joined,
  Keyed,
  Output,
  Params,
  RunningOptions,
  WindowBounds,
  Windowed,
} from './flow.ts'
export type { Below, ElementOf, Exploded, Leaf, PathTo, PickPaths, Through } from './paths.ts'
export type { BoolOptions, Column, ColumnOptions, Fields, NumberOptions, RowOf, ScalarOptions, Schema, TimestampOptions, ValueOf } from './schema.ts'
export { bool, float64, int32, int64, list, record, schema, text, timestamp } from './schema.ts'
export type { CsvOptions, KeyValue, Stream, StreamOptions, WatermarkOption } from './stream.ts'
export { stream } from './stream.ts'
export type { Columns, Duration, Received, ReceivedValue, Row, Scalar, ScalarColumns, Show, Timestamp, Value, Widen } from './values.ts'
export type { HoppingOptions, TumblingOptions, Window, WindowOptions } from './window.ts'
export { hopping, tumbling } from './window.ts'
