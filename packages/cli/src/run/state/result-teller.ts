import type { Rows } from '@millrace/columns'
import { decodeBatch } from '@millrace/columns'
import { deadStream, EntryNumbers, lateStream, outputStream, readResults } from '@millrace/jobs'
import type { Log, LogReader, Piece } from '@millrace/log'
import type { Plan } from '@millrace/plan'
import type { Results } from '../results.ts'
import type { RunNotes } from './run-notes.ts'
import { entryStreams } from './state-streams.ts'

/** Takes a piece of one stream. */
type Tell = (piece: Piece) => void

/** Follows what a log holds of a job's results from their begin, and writes it. */
export class ResultTeller {
  private readonly reader: LogReader
  private readonly notes: RunNotes
  private readonly results: Results
  private readonly numbers = new EntryNumbers()
  private readonly byStream: ReadonlyMap<string, Tell>
  private readonly running: Promise<void>
  private failure: unknown = null
  private ending = false
  private wake = (): void => {}
  private readonly woken: Promise<void>

  constructor(log: Log, tenant: string, plan: Plan, notes: RunNotes, results: Results) {
    this.notes = notes
    this.results = results
    this.byStream = this.tellers(plan)
    this.reader = log.reader({ tenant, streams: [...this.byStream.keys()] })
    this.woken = new Promise((resolve) => {
      this.wake = resolve
    })
    this.running = this.run().catch((error: unknown) => {
      this.failure = error
    })
  }

  /** Throws what went wrong with the writing. */
  check(): void {
    if (this.failure !== null) throw this.failure
  }

  /** Resolves when all that is in the log now is written. */
  async end(): Promise<void> {
    this.ending = true
    this.wake()
    await this.running
    this.reader.close()
    this.check()
  }

  private async run(): Promise<void> {
    for (;;) {
      const isLast = this.ending
      const pieces = await this.reader.read()
      for (const piece of pieces) this.byStream.get(piece.chunk.stream)?.(piece)
      if (pieces.length > 0) continue
      if (isLast) return
      await Promise.race([this.reader.wait(), this.woken])
    }
  }

  private tellers(plan: Plan): ReadonlyMap<string, Tell> {
    const { name } = plan
    const tellers = new Map<string, Tell>()
    for (const stream of entryStreams(plan)) tellers.set(stream, (piece) => this.numbers.add(piece))
    for (const output of Object.keys(plan.outputs)) tellers.set(outputStream(name, output), (piece) => this.results.rows(output, this.read(piece).rows))
    for (const { kind, id } of plan.operators) if (kind === 'aggregate') tellers.set(lateStream(name, id), (piece) => this.tellLate(id, piece))
    for (const stream of Object.keys(plan.streams)) tellers.set(deadStream(stream), ({ chunk }) => this.results.deadLetters.write(chunk.payload))
    return tellers
  }

  private tellLate(operator: string, piece: Piece): void {
    const { rows, watermark } = this.read(piece)
    this.results.late(operator, rows, watermark as Float64Array)
  }

  /** The results of a piece that count, with numbers of entries in place of their sequences in the log: those of a run without a log. */
  private read({ chunk, from, to }: Piece): { readonly rows: Rows; readonly watermark: Float64Array | null } {
    const { rows, epoch, watermark } = readResults(decodeBatch(chunk.payload))
    const selection = rows.selection.subarray(from, to).filter((row) => this.counts(epoch[row] as number, rows.sequence[row] as number))
    const sequence = this.numbered(rows.sequence, selection)
    const origin = rows.origin === null ? null : this.numbered(rows.origin, selection)
    return { rows: { ...rows, selection, count: selection.length, sequence, origin }, watermark }
  }

  private numbered(sequences: Float64Array, selection: Int32Array): Float64Array {
    const numbers = new Float64Array(sequences.length)
    for (const row of selection) numbers[row] = this.numbers.of(sequences[row] as number)
    return numbers
  }

  /** Whether no later epoch gave this result anew. */
  private counts(epoch: number, sequence: number): boolean {
    return this.notes.of('epoch').every((later) => later.epoch <= epoch || sequence <= later.begin)
  }
}
