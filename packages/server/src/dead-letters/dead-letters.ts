import { setImmediate } from 'node:timers/promises'
import type { Log, Piece } from '@millrace/log'
import type { FastifyBaseLogger } from 'fastify'
import type { Control } from '../control/control.ts'
import { InTurn } from '../in-turn.ts'
import { deadStream, lettersOf, replayedStream } from './kept-letter.ts'
import { LetterCount, type LetterTotals, noTotals } from './letter-totals.ts'

export interface DeadLettersContext {
  readonly log: Pick<Log, 'reader' | 'stream'>
  readonly control: Control
  readonly logger: FastifyBaseLogger
  /** How often dead letters are counted though nobody asks. Default 30 s. */
  readonly lookEveryMs?: number
}

interface Counted {
  readonly totals: LetterTotals
  /** Letters below it are counted. */
  readonly position: number
}

const readBytes = 1 << 20
/** Looked at in one turn of the event loop. */
const streamsATurn = 100

/** Running totals of dead letters: counted from the log, kept with the position up to which they are. */
export class DeadLetters {
  private readonly context: DeadLettersContext
  private readonly timer: NodeJS.Timeout
  /** What is done with a stream's letters. */
  private readonly changes = new InTurn()
  private looking: Promise<void> | null = null
  private closed = false

  constructor(context: DeadLettersContext) {
    this.context = context
    const look = (): void => {
      this.looking ??= this.look()
        .catch((err: unknown) => context.logger.error({ err }, 'dead letters not looked for'))
        .finally(() => {
          this.looking = null
        })
    }
    this.timer = setInterval(look, context.lookEveryMs ?? 30_000).unref()
  }

  /** Of all letters that the log has, and had. */
  totals(tenant: string, stream: string): Promise<LetterTotals> {
    return this.alone(tenant, stream, () => this.count(tenant, stream))
  }

  /** Does something with a stream's letters while nobody else does. */
  alone<T>(tenant: string, stream: string, work: () => Promise<T>): Promise<T> {
    return this.changes.run(tenant, stream, work)
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    clearInterval(this.timer)
    this.closed = true
    await this.looking
    await this.changes.settled()
  }

  /** One stream after the other: there may be thousands, and others have their turns between them. */
  private async look(): Promise<void> {
    const { control, logger } = this.context
    const all = `SELECT streams.tenant, name, coalesce(position, 0) AS position
FROM streams LEFT JOIN dead_letter_totals AS totals ON totals.tenant = streams.tenant AND stream = name`
    for (const [at, row] of control.all(all).entries()) {
      const [tenant, stream] = [row['tenant'] as string, row['name'] as string]
      if (at % streamsATurn === 0) await setImmediate()
      if (this.closed) return
      if (this.isBehind(tenant, stream, row['position'] as number))
        await this.totals(tenant, stream).catch((err: unknown) => logger.error({ tenant, stream, err }, 'dead letters not counted'))
    }
  }

  private isBehind(tenant: string, stream: string, position: number): boolean {
    const { log } = this.context
    return [deadStream(stream), replayedStream(stream)].some((of) => (log.stream(tenant, of)?.lastSequence ?? -1) >= position)
  }

  private async count(tenant: string, stream: string): Promise<LetterTotals> {
    const { log } = this.context
    const { totals, position } = this.counted(tenant, stream)
    if (!this.isBehind(tenant, stream, position)) return totals
    const counting = new LetterCount(totals)
    const reader = log.reader({ tenant, streams: [deadStream(stream), replayedStream(stream)], from: position })
    try {
      for (let pieces = await reader.read(readBytes); pieces.length > 0; pieces = await reader.read(readBytes)) {
        for (const piece of pieces) take(counting, piece, stream)
        await setImmediate()
      }
      this.keep(tenant, stream, { totals: counting.totals, position: reader.position })
    } finally {
      reader.close()
    }
    return counting.totals
  }

  private counted(tenant: string, stream: string): Counted {
    const row = this.context.control.one('SELECT totals, position FROM dead_letter_totals WHERE tenant = ? AND stream = ?', tenant, stream)
    if (row === null) return { totals: noTotals, position: 0 }
    return { totals: JSON.parse(row['totals'] as string) as LetterTotals, position: row['position'] as number }
  }

  /** Of a stream that was deleted meanwhile nothing is kept. */
  private keep(tenant: string, stream: string, { totals, position }: Counted): void {
    this.context.control.run(
      `INSERT INTO dead_letter_totals SELECT tenant, name, ?, ? FROM streams WHERE tenant = ? AND name = ?
ON CONFLICT DO UPDATE SET totals = excluded.totals, position = excluded.position`,
      ...[JSON.stringify(totals), position, tenant, stream],
    )
  }
}

function take(counting: LetterCount, piece: Piece, stream: string): void {
  if (piece.chunk.stream === replayedStream(stream)) counting.addReplayed(piece.to - piece.from)
  else for (const letter of lettersOf(piece)) counting.add(letter)
}
