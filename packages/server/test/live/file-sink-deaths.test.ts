import { joinBatches } from '@millrace/columns'
import { type Log, type NewChunk, openLog } from '@millrace/log'
import { type Operation, type OperationKind, Random, SimulatedDisk } from '@millrace/log/testing'
import { expect, it } from 'vitest'
import type { FileSink } from '../../src/live/file-sinks/file-sink.ts'
import { FileSinks } from '../../src/live/file-sinks/file-sinks.ts'
import { outputOutlet } from '../../src/live/reading/output-outlet.ts'
import { sums, tenant, World } from './world.ts'

const output = outputOutlet(tenant, sums, 'sums')
const sink: FileSink = { tenant, name: 'nightly', app: 'sums', output: 'sums', format: 'ndjson', everySeconds: 1, createdMs: 1, from: 'begin' }
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const open = (disk: SimulatedDisk): Promise<Log> => openLog({ directory: '/log', files: disk, join: joinBatches, clock: () => 1_000_000 })

/** Results as a job appends them, so many chunks. */
async function someResults(count: number): Promise<readonly NewChunk[]> {
  const world = await World.open()
  await world.run()
  for (let window = 0; window <= count; window++) {
    await world.send([0, 1, 2].map((sensor) => [sensor, window * 10, sensor]))
    await world.settle()
  }
  const pieces = await world.log.reader({ tenant, streams: [output.stream] }).read()
  await world.close()
  return pieces.map(({ chunk: { stream, kind, schema, payload }, from, to }) => ({ stream, kind, rows: to - from, schema, payload }))
}

/** A life of a server: the first results are there before the sink goes on, the others come while it writes those before. */
async function live(disk: SimulatedDisk, results: readonly NewChunk[]): Promise<void> {
  const log = await open(disk)
  const left = [...results]
  const come = async (): Promise<void> => {
    const chunk = left.shift()
    if (chunk !== undefined) await log.append({ tenant, chunks: [chunk] })
  }
  let coming = come()
  /** A sink asks for it when it begins a file. */
  const now = (): number => {
    coming = come()
    return 0
  }
  await coming
  const sinks = new FileSinks({ log, folder: '/files', files: disk, folderBytes: null, fileBytes: 1, pace: { now, pause } })
  await sinks.start(sink, output)
  const last = (): number => log.stream(tenant, output.stream)?.lastSequence ?? -1
  while (left.length > 0 || (sinks.figuresOf(sink)?.position ?? 0) <= last()) await coming.then(pause)
  await sinks.close()
  await log.close()
}

/** Where the results stand in the log. */
async function positions(disk: SimulatedDisk): Promise<readonly number[]> {
  const log = await open(disk)
  const pieces = await log.reader({ tenant, streams: [output.stream] }).read()
  await log.close()
  return pieces.flatMap(({ chunk: { runs } }) =>
    Array.from({ length: runs.count }, (_, run) => Array.from({ length: runs.rows[run] as number }, (_, row) => (runs.sequence[run] as number) + row)).flat(),
  )
}

/** Names and contents of the files that are for others. */
function finished(disk: SimulatedDisk): readonly (readonly [string, string])[] {
  const files = [...disk.files()].filter(([path]) => path.startsWith(`/files/${tenant}/out/nightly/`) && !path.includes('/.'))
  return files.map(([path, bytes]) => [path.slice(path.lastIndexOf('/') + 1), Buffer.from(bytes).toString()])
}

function written(files: readonly (readonly [string, string])[]): readonly number[] {
  return files.flatMap(([, text]) => text.trimEnd().split('\n')).map((line) => JSON.parse(line).$sequence)
}

/** What a death may leave, at the worst and by chance; files are taken away at once where the power stays. */
const losses = ['process', 'power, and all it may take', 'power'] as const
/** Keeps of a disk only what was synced. */
class Least extends Random {
  override next(): number {
    return 0
  }
}
/** Of a disk that crashes before an operation, not behind it. */
const seedBefore = Array.from({ length: 100 }, (_, seed) => seed).find((seed) => !new Random(seed).chance(0.5)) as number
const steps: ReadonlySet<OperationKind> = new Set(['create', 'write', 'sync', 'rename', 'remove', 'makeDirectory', 'syncDirectory'])

it('a file sink writes each result to one file, whichever step the server dies in', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = new Random(seed)
  const results = await someResults(3)
  const empty = new SimulatedDisk()
  await live(empty, [])
  const begin = (before?: (operation: Operation) => void): SimulatedDisk => {
    const disk = new SimulatedDisk({ seed: seedBefore, names: 'journal', before })
    for (const [path, bytes] of empty.files()) disk.put(path, bytes)
    return disk
  }
  const deaths: number[] = []
  await live(
    begin(({ kind, number }) => steps.has(kind) && deaths.push(number)),
    results.slice(1),
  )
  for (const death of deaths)
    for (const loss of losses) {
      const disk = begin()
      disk.crashAt(death)
      await Promise.race([live(disk, results.slice(1)), disk.crashed])
      const left = loss === 'process' ? disk.processLoss(random) : disk.powerLoss(loss === 'power' ? random : new Least(0))
      const taken = loss === 'process' ? finished(left) : []
      for (const [name] of taken) await left.remove(`/files/${tenant}/out/nightly/${name}`)
      await live(left, results.slice(0, 1))
      expect(written([...taken, ...finished(left)]), `seed ${seed}, operation ${death}, loss of ${loss}`).toEqual(await positions(left))
    }
})
