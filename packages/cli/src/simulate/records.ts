import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { MillraceError, type StreamNode } from '@millrace/plan'
import type { SimulateFlags } from '../commands/simulate.ts'
import { reasonOf } from '../failure.ts'
import { type GenerateOptions, generate } from '../generate/index.ts'

/** Records to be sent, a line each, with what stands before them. */
export interface Simulated {
  /** The first line of CSV; null: there is none. */
  readonly header: string | null
  readonly lines: AsyncIterable<string>
}

/** Of sensors as the flags describe them, in the stream's format and at times of now. */
export async function simulated({ format }: StreamNode, flags: SimulateFlags): Promise<Simulated> {
  const isCsv = format.kind === 'csv'
  const lines = linesOf(generate(flags.kind, { ...optionsOf(flags), format: isCsv ? 'csv' : 'ndjson', header: isCsv }))
  const header = isCsv ? ((await lines.next()).value as string) : null
  return { header: isCsv && format.header === 'absent' ? null : header, lines }
}

/** What is sent as fast as it goes has times as if this were the rate. */
const mostRate = 50_000
/** More than anybody waits for. */
const mostRows = 1e12

function optionsOf(flags: SimulateFlags): Partial<GenerateOptions> {
  const { sensors, stations, skew, duplicates, disorder = 0.1, delay = 5000, errors = 0, errorTypes, seed } = flags
  const rows = flags.records ?? mostRows
  const times = { rows, startMs: Date.now(), spanMs: ((rows - 1) * 1000) / Math.min(flags.rate, mostRate) }
  const given = { sensors, stations, skew, duplicates, disorder, delayMs: delay, errorsOneIn: errors, errorTypes, seed, ...times }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** Lines of a file, plain or gzip, in the stream's format. Errors: CLI_INPUT_UNREADABLE. */
export async function played(file: string, { format }: StreamNode): Promise<Simulated> {
  const lines = fileLines(file)
  const hasHeader = format.kind === 'csv' && format.header !== 'absent'
  return { header: hasHeader ? (((await lines.next()).value ?? null) as string | null) : null, lines }
}

async function* linesOf(text: Iterable<string>): AsyncGenerator<string> {
  for (const chunk of text) yield* chunk.trimEnd().split('\n')
}

async function* fileLines(file: string): AsyncGenerator<string> {
  const bytes = createReadStream(file)
  // Unlike pipe, it hands on errors; they are told by who reads.
  const input = file.endsWith('.gz') ? pipeline(bytes, createGunzip(), () => {}) : bytes
  try {
    for await (const line of createInterface({ input })) if (line !== '') yield line
  } catch (failure) {
    throw new MillraceError('CLI_INPUT_UNREADABLE', { file, reason: reasonOf(failure) }, { cause: failure })
  }
}
