import { MillraceError, type StreamNode } from '@millrace/plan'
import { CsvRecords } from './csv/csv-records.ts'
import type { Decoder, DecoderSink } from './decoder.ts'
import { JsonRecords } from './json/json-records.ts'
import { type Layout, layoutOf } from './layout.ts'
import { RecordRow } from './record-row.ts'
import { StreamDecoder } from './stream-decoder.ts'

export interface DecoderOptions {
  /** Rows of a batch; 4,096 unless said. */
  readonly batchRows?: number
}

/**
 * A decoder of a stream's declared format, specialised to its schema. Batches share the decoder's arrays: they are
 * valid during the call that hands them over. Throws FORMAT_UNSUPPORTED, FORMAT_TIMESTAMP or FORMAT_ZONE for a
 * stream that cannot be read; never for what stands in the bytes.
 */
export function openDecoder(name: string, stream: StreamNode, sink: DecoderSink, options: DecoderOptions = {}): Decoder {
  const layout = layoutOf(name, stream)
  const { format } = stream
  if (format.kind === 'csv') refuseLists(layout)
  const row = new RecordRow(layout, sink, options.batchRows ?? 4096)
  return new StreamDecoder(row, format.kind === 'csv' ? new CsvRecords(row, format) : new JsonRecords(row, format))
}

function refuseLists({ leaves, stream }: Layout): void {
  const list = leaves.find((leaf) => leaf.type.kind === 'list')
  if (list !== undefined) throw new MillraceError('FORMAT_UNSUPPORTED', { column: list.field.name, stream, format: 'CSV' })
}
