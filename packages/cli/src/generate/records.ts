import type { ErrorType, GenerateOptions } from './options.ts'
import { Random } from './random.ts'

/** A kind of record: what it measures and how it is written, good or spoilt. */
export interface RecordSource {
  /** The first line of CSV. */
  readonly header: string
  /** A good record of this event time, without a line end. */
  good(timeMs: number): string
  /** A record spoilt so that no strict reader takes it. */
  bad(timeMs: number, type: ErrorType): string
}

/** What was written, to compare with what a reader found. */
export interface GeneratedCounts {
  rows: number
  bad: number
  duplicates: number
  readonly badByType: Map<ErrorType, number>
}

const remembered = 32
const chunkRows = 4096

/** Lines of the stream, in chunks of some thousand records; `counts` is brought up to date with each chunk. */
export function* generateText(
  options: GenerateOptions,
  open: (options: GenerateOptions, random: Random) => RecordSource,
  counts: GeneratedCounts = emptyCounts(),
): Generator<string> {
  const random = new Random(options.seed)
  const source = open(options, random)
  const recent: string[] = []
  const stepMs = options.rows > 1 ? options.spanMs / (options.rows - 1) : 0
  const badShare = options.errorsOneIn > 0 ? 1 / options.errorsOneIn : 0
  let text = options.format === 'csv' && options.header ? `${source.header}\n` : ''
  for (let row = 0; row < options.rows; row++) {
    let timeMs = options.startMs + Math.floor(row * stepMs)
    if (random.chance(options.disorder)) timeMs -= random.below(options.delayMs)
    text += `${nextLine(timeMs)}\n`
    counts.rows++
    if ((row + 1) % chunkRows === 0) {
      yield text
      text = ''
    }
  }
  if (text !== '') yield text

  function nextLine(timeMs: number): string {
    if (random.chance(badShare)) return badLine(timeMs)
    if (recent.length > 0 && random.chance(options.duplicates)) {
      counts.duplicates++
      return recent[random.below(recent.length)] as string
    }
    const line = source.good(timeMs)
    recent[recent.length < remembered ? recent.length : random.below(remembered)] = line
    return line
  }

  function badLine(timeMs: number): string {
    const type = options.errorTypes[random.below(options.errorTypes.length)] as ErrorType
    counts.bad++
    counts.badByType.set(type, (counts.badByType.get(type) ?? 0) + 1)
    return source.bad(timeMs, type)
  }
}

export function emptyCounts(): GeneratedCounts {
  return { rows: 0, bad: 0, duplicates: 0, badByType: new Map() }
}

/** The line as a torn transmission leaves it: some of its first half. */
export function torn(line: string, random: Random): string {
  return line.slice(0, 1 + random.below(Math.floor(line.length / 2) - 1))
}
