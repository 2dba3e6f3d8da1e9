import type { Draw } from '../random/draw.ts'

/** Lines of a stream, each with a number of its own, by which it is found in the log. */
export interface Lines {
  readonly text: string
  readonly type: 'text/csv' | 'application/x-ndjson'
  /** Numbers of the lines that fit the stream, in their order. */
  readonly good: readonly number[]
  /** Of those that do not. */
  readonly bad: readonly number[]
}

/** Where the number of a record of the stream stands; as "no value" 999999 is not a number of any. */
export const numberColumns = { alarms: 'valueThreshold', readings: 'number' } as const
export type NumberedStream = keyof typeof numberColumns
/** Its numbers are message ids. */
export const streamWithIds: NumberedStream = 'readings'

/** The number that stands in the text of a dead letter. */
export function numberInText(text: string): number {
  return Number(/bad-(\d+)/.exec(text)?.[1])
}

/** Makes lines whose event times go on together, with disorder. */
export class NumberedLines {
  private readonly draw: Draw
  private alarms = 0

  constructor(draw: Draw) {
    this.draw = draw
  }

  /** `declared`: as the stream declares it, and not in the other format. */
  of(stream: NumberedStream, first: number, count: number, declared: boolean): Lines {
    const isCsv = stream === 'alarms' && (declared || this.draw.chance(0.7))
    const good: number[] = []
    const bad: number[] = []
    let text = ''
    for (let number = first; number < first + count; number++) {
      const isBad = this.draw.chance(0.05)
      const kept = isBad ? bad : good
      kept.push(number)
      const row = stream === 'alarms' ? this.alarm(number, isBad) : this.reading(number, isBad)
      text += isCsv ? `${Object.values(row).join()}\n` : `${JSON.stringify(row)}\n`
    }
    return { text, type: isCsv ? 'text/csv' : 'application/x-ndjson', good, bad }
  }

  private alarm(number: number, isBad: boolean): object {
    const late = this.draw.share()
    const backSeconds = this.draw.whole(0, late < 0.7 ? 120 : late < 0.95 ? 720 : 3000)
    const time = new Date(Date.UTC(2024, 0, 1) + (this.alarms++ * 2 - backSeconds) * 1000).toISOString()
    return {
      station_id: 1000 + this.draw.whole(0, 4),
      datapoint_id: this.draw.whole(1, 2),
      alarm_id: this.draw.pick([303, 303, 308]),
      event_time: time.slice(0, 19).replace('T', ' '),
      value: isBad ? `bad-${number}` : this.draw.whole(0, 100),
      valueThreshold: number,
      isActive: this.draw.chance(0.8),
    }
  }

  private reading(number: number, isBad: boolean): object {
    const at = Date.now() - this.draw.whole(0, this.draw.chance(0.9) ? 500 : 4000)
    return { sensor: this.draw.whole(1, 4), at, value: isBad ? `bad-${number}` : this.draw.whole(0, 100), number }
  }
}
