import type { Rows } from '@millrace/columns'
import type { Field } from '@millrace/plan'
import { ResultIds, type ResultSource } from '../result-id.ts'
import { csvWriter } from './csv-writer.ts'
import { ndjsonWriter, type RowsWriter } from './ndjson-writer.ts'
import { Output } from './output.ts'
import { writeCsvText } from './write-text.ts'

export interface EncoderOptions {
  /** Adds the result's id and revision as `_id` and `_revision` before the fields. */
  readonly result?: ResultSource
  /** CSV: one ASCII character; a comma unless said. */
  readonly separator?: string
  /** CSV: `guard` (the default) puts an apostrophe before text that a spreadsheet would run; `keep` writes text as it is. */
  readonly formulas?: 'guard' | 'keep'
}

/** Rows to bytes of a format. Numbers are written as JavaScript's String does, times as ISO 8601 in UTC. */
export interface Encoder {
  /** What stands before all rows: CSV's header line; empty for NDJSON. */
  header(): Uint8Array
  /** The selected rows, a line each; valid until the next call. */
  encode(rows: Rows): Uint8Array
}

/** Throws FORMAT_FIELDS where the fields cannot be written in the format. */
export function openEncoder(format: 'ndjson' | 'csv', fields: readonly Field[], options: EncoderOptions = {}): Encoder {
  const ids = options.result === undefined ? null : new ResultIds(options.result)
  if (format === 'ndjson') return new RowsEncoder(ndjsonWriter(fields, ids !== null), ids, new Uint8Array(0))
  const separator = (options.separator ?? ',').charCodeAt(0)
  const names = [...(ids === null ? [] : ['_id', '_revision']), ...fields.map((field) => field.name)]
  const guard = options.formulas !== 'keep'
  return new RowsEncoder(csvWriter(fields, separator, guard, ids !== null), ids, headerLine(names, separator, guard))
}

class RowsEncoder implements Encoder {
  private readonly write: RowsWriter
  private readonly ids: ResultIds | null
  private readonly first: Uint8Array
  private readonly out = new Output()

  constructor(write: RowsWriter, ids: ResultIds | null, first: Uint8Array) {
    this.write = write
    this.ids = ids
    this.first = first
  }

  header(): Uint8Array {
    return this.first
  }

  encode(rows: Rows): Uint8Array {
    this.ids?.open(rows)
    const length = this.write(rows, this.out, this.ids)
    return this.out.bytes.subarray(0, length)
  }
}

function headerLine(names: readonly string[], separator: number, guard: boolean): Uint8Array {
  const out = new Output()
  let at = 0
  for (const [i, name] of names.entries()) {
    const bytes = new TextEncoder().encode(name)
    out.room(at, bytes.length * 2 + 8)
    if (i > 0) out.bytes[at++] = separator
    at = writeCsvText(out, at, bytes, 0, bytes.length, separator, guard)
  }
  out.bytes[at++] = 10
  return out.bytes.slice(0, at)
}
