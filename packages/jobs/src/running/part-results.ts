import { decodeBatch } from '@millrace/columns'
import type { NewChunk } from '@millrace/log'
import type { MergeSource, MergeStream } from '../messages.ts'
import { sequencesOf } from '../results/result-fields.ts'

/** Results of one part in one stream that are not appended yet. */
interface Waiting {
  readonly payload: Uint8Array
  readonly sequence: Float64Array
  from: number
  readonly to: number
}

/** Collects the results of the parts of a job until all parts have come as far. */
export class PartResults {
  /** By part: everything up to here was handed in. */
  private readonly positions: number[]
  private readonly waiting = new Map<string, Waiting[][]>()

  constructor(parts: number, position: number) {
    this.positions = new Array<number>(parts).fill(position)
  }

  /** How far all parts have come. */
  get position(): number {
    return Math.min(...this.positions)
  }

  add(part: number, position: number, chunks: readonly NewChunk[]): void {
    this.positions[part] = position
    for (const { stream, payload, rows } of chunks) {
      const byPart = this.waiting.get(stream) ?? this.positions.map(() => [])
      this.waiting.set(stream, byPart)
      byPart[part]?.push({ payload, sequence: sequencesOf(decodeBatch(payload)), from: 0, to: rows })
    }
  }

  /** The rows that entries up to the position of all parts caused. */
  take(): readonly MergeStream[] {
    const { position } = this
    return [...this.waiting].flatMap(([stream, byPart]) => {
      const parts = byPart.map((waiting) => takeUpTo(waiting, position)).filter((sources) => sources.length > 0)
      return parts.length === 0 ? [] : [{ stream, parts }]
    })
  }
}

function takeUpTo(waiting: Waiting[], position: number): MergeSource[] {
  const sources: MergeSource[] = []
  for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
    const { payload, from, to } = first
    const end = behind(first, position)
    if (end > from) sources.push({ payload, from, to: end })
    first.from = end
    if (end < to) break
    waiting.shift()
  }
  return sources
}

/** The first row whose cause comes behind the position. */
function behind({ sequence, from, to }: Waiting, position: number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sequence[middle] as number) <= position) low = middle + 1
    else high = middle
  }
  return low
}
