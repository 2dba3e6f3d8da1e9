import type { CsvFormat, Format, StreamNode, Watermark } from '@millrace/plan'
import { hours, minutes, seconds } from './duration.ts'
import type { Leaf, PathTo } from './paths.ts'
import type { Schema } from './schema.ts'
import type { Duration, Timestamp } from './values.ts'

declare const rows: unique symbol

/** A named stream of records; R is the row that expressions see. */
export interface Stream<R> {
  readonly [rows]?: R
  readonly name: string
  readonly node: StreamNode
}

export interface CsvOptions {
  readonly kind: 'csv'
  /** One ASCII character or a tab; `,` where it is left out. */
  readonly separator?: string
  /** `auto`, the default: the first line is a header if all its fields are column names. */
  readonly header?: CsvFormat['header']
}

export type WatermarkOption =
  /** Records may come this much out of order: highest event time - bound. */
  | { readonly boundedOutOfOrderness: Duration }
  /** The oldest event time among the last n records. */
  | { readonly oldestOfLast: number }
  | 'monotonic'

export interface StreamOptions<R> {
  readonly schema: Schema<R>
  readonly format: 'csv' | 'ndjson' | 'json' | CsvOptions
  /** The column of the event time, a timestamp: `event_time`, `meta.at`. Left out: the time of ingestion. */
  readonly time?: { [K in keyof R & string]: R[K] extends Timestamp ? K : R[K] extends Leaf ? never : `${K}.${PathTo<R[K], Timestamp>}` }[keyof R & string]
  /** How far event time has come; `{ boundedOutOfOrderness: seconds(10) }` where it is left out. */
  readonly watermark?: WatermarkOption
  /** After this long without a record the stream no longer holds windows open: 1 minute; null: never. */
  readonly idleTimeout?: Duration | null
  /** An event time more than this after ingestion is a bad record: 1 hour. */
  readonly maxAhead?: Duration
  /** A record without a usable time is rejected (the default), or takes that of the record before it or of its ingestion. */
  readonly withoutTime?: 'reject' | 'previous' | 'ingestion'
  /** Fields that the schema does not have are dropped (`lenient`, the default) or make the record bad. */
  readonly unknownFields?: 'lenient' | 'strict'
  /** The columns that name the sensor: bad records are counted by them. */
  readonly key?: readonly { [K in keyof R & string]: R[K] extends KeyValue ? K : R[K] extends Leaf ? never : `${K}.${PathTo<R[K], KeyValue>}` }[keyof R &
    string][]
  /** The column that tells records apart: one that is sent again is kept once (among the newest 100,000 of the stream). */
  readonly messageId?: { [K in keyof R & string]: R[K] extends MessageId ? K : R[K] extends Leaf ? never : `${K}.${PathTo<R[K], MessageId>}` }[keyof R & string]
}

/** What may be a key; that a float64 may not is checked when the app is built. */
export type KeyValue = number | string | boolean | Timestamp

/** What may tell records apart; that it is a whole number is checked when the app is built. */
export type MessageId = number | string

export function stream<R>(name: string, options: StreamOptions<R>): Stream<R> {
  return {
    name,
    node: {
      schema: options.schema.node,
      format: formatNode(options.format),
      time: options.time ?? null,
      withoutTime: options.withoutTime ?? 'reject',
      watermark: watermarkNode(options.watermark ?? { boundedOutOfOrderness: seconds(10) }),
      idleTimeoutMs: options.idleTimeout === null ? null : (options.idleTimeout ?? minutes(1)).milliseconds,
      maxAheadMs: (options.maxAhead ?? hours(1)).milliseconds,
      unknownFields: options.unknownFields ?? 'lenient',
      key: options.key ?? [],
      ...(options.messageId !== undefined && { messageId: options.messageId }),
    },
  }
}

function formatNode(format: StreamOptions<unknown>['format']): Format {
  if (format === 'ndjson' || format === 'json') return { kind: format }
  const { separator = ',', header = 'auto' }: Partial<CsvOptions> = format === 'csv' ? {} : format
  return { kind: 'csv', separator, header }
}

function watermarkNode(watermark: WatermarkOption): Watermark {
  if (watermark === 'monotonic') return { kind: 'monotonic' }
  if ('oldestOfLast' in watermark) return { kind: 'oldest-of-last', records: watermark.oldestOfLast }
  return { kind: 'bounded', outOfOrdernessMs: watermark.boundedOutOfOrderness.milliseconds }
}
