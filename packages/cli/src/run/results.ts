import type { Rows } from '@millrace/columns'
import type { JobSink } from '@millrace/engine'
import { openEncoder } from '@millrace/formats'
import { type AlertOperator, MillraceError, type Plan, type Relation, relations } from '@millrace/plan'
import { type FdWriter, openFdWriter } from '../fd-writer.ts'
import { hint } from '../nearest.ts'
import { plainBytes } from '../plain-text.ts'
import type { Terminal } from '../terminal.ts'
import { DeadLetters } from './dead-letters.ts'
import { LateRows } from './late-rows.ts'
import { type OutputFiles, outputFiles } from './output-files.ts'
import { Table } from './table.ts'

export type ResultFormat = 'ndjson' | 'csv' | 'table'

export interface ResultOptions {
  /** A folder, or `-` for standard output. */
  readonly out: string
  readonly format: ResultFormat
  /** Outputs to write; empty: all. */
  readonly only: readonly string[]
  /** Rows of an output that a table shows. */
  readonly limit: number
  /** Result ids are made with it. */
  readonly tenant: string
}

/** Who writes one output. */
interface OutputWriter {
  /** Where its rows go, for the summary. */
  readonly place: string
  rows(rows: Rows): void
  /** `live`: people wait for what came. */
  flush(live: boolean): void
  close(): void
}

/** Where a run's results, dead letters and late records go. */
export class Results implements JobSink {
  readonly deadLetters: DeadLetters
  readonly lateRows: LateRows
  private readonly writers = new Map<string, OutputWriter>()
  private readonly standardOutput: FdWriter | null
  private readonly sideFiles: readonly FdWriter[]
  private readonly files: OutputFiles | null
  private lastTable: Table | null = null

  /** `inputs`: files that are read, which no result may write over. */
  constructor(plan: Plan, options: ResultOptions, inputs: readonly string[], terminal: Terminal) {
    const outputs = chosenOutputs(plan, options.only)
    const files = options.out === '-' ? null : outputFiles(options.out, outputs, options.format, inputs)
    this.files = files
    if (files === null && options.format === 'csv' && outputs.length > 1) throw new MillraceError('CLI_OUTPUT_MIXED')
    this.standardOutput = files !== null || options.format === 'table' ? null : openFdWriter('-')
    const named = files === null && outputs.length > 1
    for (const output of outputs) this.writers.set(output, this.open(plan, output, files?.byOutput.get(output) ?? '-', named, options, terminal))
    const dead = files === null ? null : openFdWriter(files.deadLetters)
    const late = files === null ? null : openFdWriter(files.late)
    this.sideFiles = [dead, late].filter((writer) => writer !== null)
    this.deadLetters = new DeadLetters(dead)
    this.lateRows = new LateRows(late)
  }

  /** Files of what did not become a result; null: there are none. */
  get sidePlaces(): { readonly deadLetters: string; readonly late: string } | null {
    return this.files
  }

  /** The reader of standard output went away. */
  get closedByReader(): boolean {
    return this.standardOutput?.closedByReader === true
  }

  /** Where an output is written; undefined: nowhere. */
  placeOf(output: string): string | undefined {
    return this.writers.get(output)?.place
  }

  rows(output: string, rows: Rows): void {
    this.writers.get(output)?.rows(rows)
  }

  late(operator: string, rows: Rows, watermark: Float64Array): void {
    this.lateRows.add(operator, rows, watermark)
  }

  /** `live`: rows come as they are made, so that tables show them now and not at the end. */
  flush(live: boolean): void {
    for (const writer of this.writers.values()) writer.flush(live)
    for (const file of this.sideFiles) file.flush()
  }

  close(): void {
    for (const writer of this.writers.values()) writer.close()
    for (const file of this.sideFiles) file.close()
    this.standardOutput?.close()
  }

  private openTable(plan: Plan, output: string, options: ResultOptions, terminal: Terminal): OutputWriter {
    const table = new Table(output, alertBehind(plan, output), options.limit)
    const print = (last: boolean) => {
      table.print(terminal, last, this.lastTable !== table)
      this.lastTable = table
    }
    return {
      place: 'table',
      rows: (rows) => table.rows(rows),
      flush: (live) => {
        if (live && table.waiting > 0) print(false)
      },
      close: () => print(true),
    }
  }

  /** `named`: rows of several outputs share the file, so each tells its own. */
  private open(plan: Plan, output: string, file: string, named: boolean, options: ResultOptions, terminal: Terminal): OutputWriter {
    if (options.format === 'table') return this.openTable(plan, output, options, terminal)
    const own = this.standardOutput === null ? openFdWriter(file) : null
    const writer = own ?? (this.standardOutput as FdWriter)
    const { fields, key } = resultsOf(plan, output)
    const encoder = openEncoder(options.format, fields, { result: { tenant: options.tenant, app: plan.name, output, key } })
    const shown = own === null && terminal.outIsTerminal
    writer.write(encoder.header())
    return {
      place: own === null ? 'standard output' : file,
      rows(rows) {
        const lines = named ? nameLines(encoder.encode(rows), output) : encoder.encode(rows)
        writer.write(shown ? plainBytes(lines) : lines)
      },
      flush: () => writer.flush(),
      close: () => own?.close(),
    }
  }
}

/** The columns of an output, and those of them that tell its results apart. */
function resultsOf(plan: Plan, output: string): Pick<Relation, 'fields' | 'key'> {
  const { fields, key } = relations(plan).get(plan.outputs[output] as string) as Relation
  // An alert's episodes are told apart by its key, also over records, which have none.
  return { fields, key: alertBehind(plan, output)?.key ?? key }
}

function alertBehind(plan: Plan, output: string): AlertOperator | null {
  const operator = plan.operators.find(({ id }) => id === plan.outputs[output])
  return operator?.kind === 'alert' ? operator : null
}

function chosenOutputs(plan: Plan, only: readonly string[]): readonly string[] {
  const outputs = Object.keys(plan.outputs)
  for (const output of only) {
    if (!outputs.includes(output)) throw new MillraceError('CLI_OUTPUT_UNKNOWN', { output, outputs: outputs.join(', '), hint: hint(output, outputs) })
  }
  return only.length === 0 ? outputs : outputs.filter((output) => only.includes(output))
}

/** Several outputs share standard output: every object begins with the name of its output. */
function nameLines(bytes: Uint8Array, output: string): Uint8Array {
  const start = `{"_output":${JSON.stringify(output)},`
  return Buffer.from(
    Buffer.from(bytes)
      .toString()
      .replace(/^\{/gm, () => start),
  )
}
