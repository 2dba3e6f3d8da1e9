import type { Batch, Column } from '@millrace/columns'
import type { Field } from '@millrace/plan'
import { freeName } from './free-name.ts'
import type { PlaceColumns } from './rows-of-piece.ts'
import { type StagedColumn, stagedColumn } from './staged-column.ts'

const plainNames: Readonly<Record<string, string>> = {
  $epoch: 'epoch',
  $sequence: 'sequence',
  $time: 'time',
  $revision: 'revision',
  $windowStart: 'window_start',
  $windowEnd: 'window_end',
  $element: 'element',
  $origin: 'origin',
  $watermark: 'watermark',
}

/** Names of a file's columns for a chunk's fields: `$` never begins a name of a plan, and a plan's name gives way to one of these. */
export function fileNames(fields: readonly Field[]): readonly string[] {
  const own = fields.map(({ name }) => plainNames[name])
  const taken = new Set(['result_id', 'entry', 'accepted_at', ...own.filter((name) => name !== undefined)])
  return fields.map(({ name }, at) => own[at] ?? freeName(name, taken))
}

/** The columns of a chunk as they are loaded, its own first, so that `c<i>` is the field i; then entry and log time of each row. */
export function stagedColumns({ fields, columns }: Batch, { sequence, ingestionMs }: PlaceColumns): readonly StagedColumn[] {
  const names = fileNames(fields)
  const own = fields.map((field, at) => stagedColumn(names[at] as string, field, columns[at] as Column, at))
  const entry = stagedColumn('entry', { type: 'int64' }, { kind: 'int64', values: sequence, validity: null }, fields.length)
  const accepted = stagedColumn('accepted_at', { type: 'timestamp' }, { kind: 'timestamp', values: ingestionMs, validity: null }, fields.length + 1)
  return [...own, entry, accepted]
}
