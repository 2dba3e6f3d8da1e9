import type { MillraceClient, RecordRow } from '@millrace/api'
import type { SendTimes } from './send-times.ts'

/** A stream that records were sent to. */
export interface SentStream {
  readonly name: string
  /** Its column of event times. */
  readonly time: string
  readonly sent: SendTimes
}

/**
 * From the sending of the record that caused a result, such as the one that moved the watermark past a window's end, until the
 * result was seen, ms. Null: the clock caused it, or the record was not sent from here.
 */
export async function latencyOf(client: MillraceClient, stream: SentStream, result: RecordRow, seenMs: number): Promise<number | null> {
  const cause = Number(result['$cause'])
  const { items } = await client.readRecords(stream.name, { from: cause, limit: 1 })
  const record = items[0]
  if (record === undefined || record['$sequence'] !== cause) return null
  const sentMs = stream.sent.of(Date.parse(String(record[stream.time])))
  return sentMs === null ? null : seenMs - sentMs
}
