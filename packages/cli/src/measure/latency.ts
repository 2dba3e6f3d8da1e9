import type { MillraceClient, RecordRow } from '@millrace/api'
import type { SentRecords } from './sent-records.ts'

/**
 * From the sending of the record that caused a result, such as the one that moved the watermark past a window's end, until the
 * result was seen, ms. Null: the clock caused it, or the record was not sent from here.
 */
export async function latencyOf(client: MillraceClient, sent: SentRecords, result: RecordRow, seenMs: number): Promise<number | null> {
  const cause = Number(result['$cause'])
  const { items } = await client.readRecords(sent.stream, { from: cause, limit: 1 })
  const record = items[0]
  if (record === undefined || record['$sequence'] !== cause) return null
  const sentMs = sent.of(record)
  return sentMs === null || sentMs > seenMs ? null : seenMs - sentMs
}
