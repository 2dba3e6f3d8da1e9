import type { Batch } from '@millrace/columns'
import type { Decoder } from '@millrace/formats'
import type { StreamNode } from '@millrace/plan'
import { copyBatch, type LocalLog, type MergedRows, TimeMerge, timesOf } from '@millrace/testing'
import type { ByteInput } from './byte-input.ts'
import { type Clock, Pace } from './pace.ts'

/** An input being read. */
export interface OpenInput {
  readonly stream: string
  readonly node: StreamNode
  readonly bytes: ByteInput
  readonly decoder: Decoder
  /** Where the decoder's batches go; set by whoever reads the input. */
  take(sink: (batch: Batch) => void): void
}

export interface DriveOptions {
  /** 0: as fast as it goes; else how many times faster than the data. */
  readonly speed: number
  readonly clock: Clock
  /** Resolves when the run is to stop. */
  readonly stopped: Promise<void>
  isStopped(): boolean
  /** After every chunk; `live`: results must not wait. The next chunk waits for it. */
  afterChunk(live: boolean): void | Promise<void>
}

const longestSleepMs = 100

/** Feeds the inputs to the log in the order of semantics T8, without its end; false where it was stopped. */
export async function drive(inputs: readonly OpenInput[], log: LocalLog, options: DriveOptions): Promise<boolean> {
  const [only] = inputs
  if (inputs.length === 1 && only !== undefined && options.speed === 0) return driveOne(only, log, options)
  return driveMerged(inputs, log, options)
}

/** One input needs no merging: batches go on as they are decoded, without a copy. */
async function driveOne(input: OpenInput, log: LocalLog, options: DriveOptions): Promise<boolean> {
  input.take((batch) => log.append(input.stream, batch))
  while (await readChunk(input, options));
  return !options.isStopped()
}

async function driveMerged(inputs: readonly OpenInput[], log: LocalLog, options: DriveOptions): Promise<boolean> {
  const merge = new TimeMerge(inputs.map((input) => input.node.time))
  const pace = options.speed === 0 ? null : new Pace(options.clock, options.speed)
  inputs.forEach((input, index) => {
    input.take((batch) => merge.offer(index, copyBatch(batch)))
  })
  while (!options.isStopped()) {
    const step = merge.next()
    if (step.kind === 'end') return true
    if (step.kind === 'wait') {
      if (!(await readChunk(inputs[step.input] as OpenInput, options))) merge.close(step.input)
    } else {
      const { stream, node } = inputs[step.rows.input] as OpenInput
      if (pace === null) log.append(stream, step.rows.batch, step.rows.from, step.rows.to)
      else await appendPaced(stream, step.rows, timesOf(step.rows.batch, node.time), log, pace, options)
    }
  }
  return false
}

/** Appends the rows that are due, waits for the next, and so on. */
async function appendPaced(stream: string, rows: MergedRows, times: Float64Array | null, log: LocalLog, pace: Pace, options: DriveOptions): Promise<void> {
  const waitMs = (row: number) => (times === null ? 0 : pace.waitMs(times[row] as number))
  for (let from = rows.from; from < rows.to && !options.isStopped(); ) {
    let to = from
    while (to < rows.to && waitMs(to) <= 0) to++
    log.append(stream, rows.batch, from, to)
    if (to > from) await options.afterChunk(true)
    if (to < rows.to) await Promise.race([options.clock.sleep(Math.min(waitMs(to), longestSleepMs)), options.stopped])
    from = to
  }
}

/** False at the end of the input, or where the run was stopped. */
async function readChunk(input: OpenInput, options: DriveOptions): Promise<boolean> {
  const chunk = await Promise.race([input.bytes.next(), options.stopped])
  if (options.isStopped() || chunk === undefined) return false
  if (chunk === null) input.decoder.end()
  else {
    input.decoder.push(chunk)
    if (input.bytes.live) input.decoder.flush()
  }
  await options.afterChunk(input.bytes.live)
  return chunk !== null
}
