import { setTimeout as sleep } from 'node:timers/promises'
import { type ErrorCode, MillraceError } from '@millrace/plan'
import type { Intake, IntakeReceipt } from '../../intake/intake.ts'
import type { RegisteredStream } from '../../streams/stream-registry.ts'
import { isHeader } from './csv-header.ts'
import type { SocketLines } from './socket-lines.ts'

/** What passes by itself: the connection waits, and is not read meanwhile. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['INTAKE_BUSY', 'LOG_BUSY', 'TENANT_RATE'])
const busyMs = 500
const lineFeed = 10

/** What became of the lines so far. */
export interface LineTotals {
  /** Lines that are durable; of a producer: its lines on all connections. */
  readonly lines: number
  readonly accepted: number
  readonly rejected: number
  readonly repeated: number
}

export interface LineSending {
  readonly lines: SocketLines
  readonly intake: Intake
  /** The stream as it is declared now. Errors: those of a key or stream that is gone. */
  readonly stream: () => RegisteredStream
  /** Null: nobody that numbers lines. */
  readonly producer: string | null
  /** Lines of the producer that are durable already. */
  readonly known: number
  /** Called when more is durable. */
  readonly told: (totals: LineTotals) => void
  readonly signal: AbortSignal
}

/** Brings the lines of a connection into a stream: while some are made durable the next ones gather, and go together. Resolves with the totals. */
export async function sendLines(sending: LineSending): Promise<LineTotals> {
  const { lines, stream, known, told } = sending
  let totals: LineTotals = { lines: known, accepted: 0, rejected: 0, repeated: 0 }
  let header: Uint8Array = new Uint8Array(0)
  for (let piece = await lines.all(), first = true; piece !== null; piece = await lines.all(), first = false) {
    if (first) {
      const end = piece.indexOf(lineFeed) + 1 || piece.length
      if (isHeader(piece.subarray(0, end), stream().node)) header = piece.subarray(0, end)
    }
    const records = first ? piece.subarray(header.length) : piece
    if (records.length === 0) continue
    const upTo = totals.lines + linesIn(records)
    const { accepted, rejected, repeated } = await kept(sending, header.length === 0 ? records : Buffer.concat([header, records]), upTo)
    totals = { lines: upTo, accepted: totals.accepted + accepted, rejected: totals.rejected + rejected, repeated: totals.repeated + repeated }
    told(totals)
  }
  return totals
}

type Counts = Pick<IntakeReceipt, 'accepted' | 'rejected' | 'repeated'>

async function kept(sending: LineSending, bytes: Uint8Array, upTo: number): Promise<Counts> {
  const { intake, stream, producer, signal } = sending
  for (;;) {
    try {
      return await (producer === null ? intake.message(stream(), bytes) : asBody(intake, stream(), bytes, { id: producer, sequence: upTo }))
    } catch (error) {
      if (!(error instanceof MillraceError) || !passing.has(error.code) || signal.aborted) throw error
      await sleep(Number(error.context['retryAfterSeconds'] ?? 0) * 1000 || busyMs, undefined, { signal })
    }
  }
}

async function asBody(
  intake: Intake,
  stream: RegisteredStream,
  bytes: Uint8Array,
  producer: { readonly id: string; readonly sequence: number },
): Promise<Counts> {
  const body = intake.open(stream, { producer })
  try {
    await body.push(bytes)
    return await body.end()
  } catch (error) {
    await body.abort()
    throw error
  }
}

function linesIn(bytes: Uint8Array): number {
  let lines = 0
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) lines++
  return bytes.at(-1) === lineFeed ? lines : lines + 1
}
