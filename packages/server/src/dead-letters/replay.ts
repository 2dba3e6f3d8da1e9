import { setImmediate } from 'node:timers/promises'
import type { DeadLetterReplay, ReplayDeadLetters } from '@millrace/api/schemas'
import type { Log, NewChunk } from '@millrace/log'
import type { Intake } from '../intake/intake.ts'
import type { RegisteredStream } from '../streams/stream-registry.ts'
import { deadStream, type KeptLetter, lettersOf, replayedOf, replayedStream } from './kept-letter.ts'
import { SecondReading, type Unfit } from './second-reading.ts'

export interface ReplayContext {
  readonly log: Log
  readonly intake: Intake
}

/** Letters that are appended together. */
const lettersAtOnce = 1000
/** Read in one turn of the event loop. */
const lettersATurn = 50
const readBytes = 1 << 20
/** Of letters that are read at once, about: what comes behind is for the next replay. */
const mostBytes = 32 << 20
const mostReasons = 100

/**
 * Reads the dead letters of a stream again and appends those that fit by now, each once: which were replayed is in the log if and only if
 * their records are. Not to be called twice at a time for a stream.
 */
export async function replay({ log, intake }: ReplayContext, stream: RegisteredStream, options: ReplayDeadLetters): Promise<DeadLetterReplay> {
  const { from = 0, limit = 10_000, dryRun = false } = options
  const { letters, next } = await lettersFrom(log, stream, from, limit)
  const before = await replayedAmong(log, stream, letters)
  const waiting = letters.filter(({ sequence }) => !before.has(sequence))
  const unfit: Unfit[] = []
  let replayed = 0
  for (let at = 0; at < waiting.length; at += lettersAtOnce) {
    const reading = new SecondReading(stream, log.now())
    const fitting: number[] = []
    for (const [index, letter] of waiting.slice(at, at + lettersAtOnce).entries()) {
      const wrong = reading.read(letter)
      if (wrong === null) fitting.push(letter.sequence)
      else unfit.push(wrong)
      if (index % lettersATurn === 0) await setImmediate()
    }
    replayed += fitting.length
    if (fitting.length > 0 && !dryRun) await intake.append(stream, [...reading.take(), replayedChunk(stream, fitting)])
  }
  return { replayed, replayedBefore: before.size, unfit: unfit.length, reasons: unfit.slice(0, mostReasons), next }
}

function replayedChunk({ name }: RegisteredStream, sequences: readonly number[]): NewChunk {
  const payload = new Uint8Array(Buffer.from(sequences.map((sequence) => `${sequence}\n`).join('')))
  return { stream: replayedStream(name), kind: 'bytes', rows: sequences.length, schema: 0, payload }
}

/** At most `limit` letters; `next`: where there are more, null: there are none. */
async function lettersFrom(log: Log, { tenant, name }: RegisteredStream, from: number, limit: number) {
  const letters: KeptLetter[] = []
  let bytes = 0
  const reader = log.reader({ tenant, streams: [deadStream(name)], from })
  try {
    for (let pieces = await reader.read(readBytes); pieces.length > 0; pieces = await reader.read(readBytes))
      for (const piece of pieces)
        for (const letter of lettersOf(piece)) {
          if (letters.length === limit || bytes >= mostBytes) return { letters, next: letter.sequence }
          letters.push(letter)
          bytes += (letter.text ?? letter.base64 ?? '').length
        }
    return { letters, next: null }
  } finally {
    reader.close()
  }
}

/** The sequences of those letters that were replayed before. */
async function replayedAmong(log: Log, { tenant, name }: RegisteredStream, letters: readonly KeptLetter[]): Promise<ReadonlySet<number>> {
  const asked = new Set(letters.map(({ sequence }) => sequence))
  const found = new Set<number>()
  // A letter is replayed behind its own place.
  const reader = log.reader({ tenant, streams: [replayedStream(name)], from: letters[0]?.sequence ?? 0 })
  try {
    for (let pieces = await reader.read(readBytes); pieces.length > 0; pieces = await reader.read(readBytes))
      for (const piece of pieces) for (const sequence of replayedOf(piece)) if (asked.has(sequence)) found.add(sequence)
    return found
  } finally {
    reader.close()
  }
}
