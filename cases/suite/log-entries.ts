import { type DeadLetter, type Decoder, openDecoder } from '@millrace/formats'
import type { LogEntry, Values } from '@millrace/oracle'
import type { Plan, StreamNode } from '@millrace/plan'
import { plainValues } from '../../packages/oracle/test/engine/plain-rows.ts'
import type { LogLine } from './log-text.ts'

/** A log as engines get it, and what did not get into it. */
export interface DecodedLog {
  readonly entries: readonly LogEntry[]
  readonly deadLetters: readonly DeadLetter[]
}

/** Sends the records through their streams' decoders, one at a time. */
export function decodeLog(plan: Plan, lines: readonly LogLine[]): DecodedLog {
  const log = new LogDecoder(plan)
  for (const line of lines) log.add(line)
  return log
}

const encoder = new TextEncoder()

class LogDecoder implements DecodedLog {
  readonly entries: LogEntry[] = []
  readonly deadLetters: DeadLetter[] = []
  private readonly streams: Plan['streams']
  private readonly decoders = new Map<string, Decoder>()
  private decoded: Values[] = []
  /** The highest event time so far. */
  private localMs = 0

  constructor(plan: Plan) {
    this.streams = plan.streams
  }

  add(line: LogLine): void {
    if (line.kind === 'record') this.record(line.stream, line.text, line.logMs)
    else this.entries.push({ ...line, sequence: this.entries.length })
  }

  private record(stream: string, text: string, logMs: number | null): void {
    const node = this.streams[stream]
    if (node === undefined) throw new Error(`the log has a record of ${stream}, which the app does not read`)
    const decoder = this.decoder(stream, node)
    this.decoded = []
    decoder.push(encoder.encode(`${text}\n`), logMs ?? undefined)
    decoder.flush()
    for (const row of this.decoded) {
      const ingestionMs = logMs ?? this.localTime(node, row)
      this.entries.push({ kind: 'record', sequence: this.entries.length, stream, ingestionMs, row })
    }
  }

  private localTime({ time }: StreamNode, row: Values): number {
    if (time !== null) this.localMs = Math.max(this.localMs, row[time] as number)
    return this.localMs
  }

  private decoder(stream: string, node: StreamNode): Decoder {
    const known = this.decoders.get(stream)
    if (known !== undefined) return known
    const made = openDecoder(stream, node, {
      batch: (batch) => {
        for (let row = 0; row < batch.rows; row++) this.decoded.push(plainValues(batch, row))
      },
      deadLetters: (letters) => this.deadLetters.push(...letters),
    })
    this.decoders.set(stream, made)
    return made
  }
}
