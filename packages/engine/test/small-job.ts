import { type Batch, BatchBuilder, type ColumnBuilder, type Rows } from '@millrace/columns'
import { type Job, type JobOptions, type JobStats, openJob } from '@millrace/engine'
import { type Field, type Plan, streamFields } from '@millrace/plan'

/** Values by column name; a column left out is missing. */
export type PlainRow = Readonly<Record<string, number | string | boolean | null>>

/** A batch of rows without lists. */
export function batchOf(fields: readonly Field[], rows: readonly PlainRow[]): Batch {
  const builder = new BatchBuilder(fields)
  for (const row of rows) {
    const at = builder.addRow()
    fields.forEach(({ name }, index) => {
      setCell(builder.columns[index] as ColumnBuilder, at, row[name] ?? null)
    })
  }
  return builder.batch()
}

function setCell(column: ColumnBuilder, row: number, value: PlainRow[string]): void {
  if (value === null) column.setMissing(row)
  else if (column.kind === 'string') column.set(row, value as string)
  else if (column.kind === 'bool') column.set(row, value as boolean)
  else if (column.kind !== 'list') column.set(row, value as number)
}

/** A job over one stream, fed by plain rows; log time is 0, sequences count. */
export class SmallJob {
  readonly job: Job
  /** Rows that came out, an output's name and its columns as text each. */
  readonly told: string[] = []
  /** Most rows that one call of `run` gave, and how often it was called. */
  mostRows = 0
  runs = 0
  private readonly stream: string
  private readonly fields: readonly Field[]
  private sequence = 0
  private rows = 0

  constructor(plan: Plan, options: Partial<JobOptions> = {}, sequence = 0) {
    const [stream, node] = Object.entries(plan.streams)[0] as [string, Plan['streams'][string]]
    this.stream = stream
    this.fields = streamFields(node)
    this.sequence = sequence
    this.job = openJob(plan, { sink: { rows: (output, rows) => this.tell(output, rows), late: (id, rows) => this.tell(`late ${id}`, rows) }, ...options })
  }

  push(rows: readonly PlainRow[]): this {
    return this.pushBatch(batchOf(this.fields, rows))
  }

  pushBatch(batch: Batch): this {
    this.job.push({ kind: 'rows', stream: this.stream, sequence: this.sequence, batch, from: 0, to: batch.rows, ingestion: 0 })
    this.sequence += batch.rows
    return this.run()
  }

  end(): this {
    this.job.push({ kind: 'end', sequence: this.sequence++ })
    return this.run()
  }

  private run(): this {
    for (let more = true; more; ) {
      this.rows = 0
      more = this.job.run() === 'more'
      this.runs++
      this.mostRows = Math.max(this.mostRows, this.rows)
    }
    return this
  }

  private tell(output: string, rows: Rows): void {
    this.rows += rows.count
    this.told.push(...rowTexts(output, rows))
  }
}

/** Figures without the bytes of state, which depend on how it came together. */
export function withoutBytes(stats: JobStats): JobStats {
  const state = Object.entries(stats.state).map(([id, { keys }]) => [id, { keys, bytes: 0 }])
  return { ...stats, stateBytes: 0, state: Object.fromEntries(state) }
}

/** Rows of an output as text each: what caused them, revision, columns. */
export function rowTexts(output: string, rows: Rows): string[] {
  return Array.from(rows.selection.subarray(0, rows.count), (row) => {
    const cells = rows.batch.fields.map(({ name }, at) => `${name}=${cellText(rows.batch, at, row)}`)
    return `${output} ${rows.sequence[row]}.${rows.revision?.[row] ?? 0} ${cells.join(' ')}`
  })
}

function cellText(batch: Batch, at: number, row: number): string {
  const column = batch.columns[at] as Batch['columns'][number]
  if (column.validity !== null && (((column.validity[row >> 3] as number) >> (row & 7)) & 1) === 0) return 'missing'
  if (column.kind === 'string') return JSON.stringify(column.dictionary.text(column.values[row] as number))
  if (column.kind === 'bool') return String((((column.values[row >> 3] as number) >> (row & 7)) & 1) === 1)
  return column.kind === 'list' ? 'list' : String(column.values[row])
}
