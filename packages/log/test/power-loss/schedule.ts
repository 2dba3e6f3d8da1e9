import type { Files, LogEvent, OpenLog } from '@millrace/log'
import { type Operation, Random, SimulatedDisk } from '@millrace/log/testing'

import { checkCopies } from './copies.ts'
import { checkReadable } from './laws.ts'
import { Crash, Life, orCrash } from './life.ts'
import { ModelTenant } from './model.ts'
import { joinPayloads } from './payload.ts'
import { randomStep } from './steps.ts'
import { Violation } from './violation.ts'
import { withoutChance } from './without-chance.ts'
import type { World } from './world.ts'

export interface ScheduleOptions {
  readonly openLog: OpenLog
  /** What stands between the log and its disk. */
  readonly between?: (files: Files) => Files
  /** Told what happens, to look into a seed that failed. */
  readonly say?: (line: string) => void
}

/** What a schedule did. */
export interface ScheduleFigures {
  powerLosses: number
  processLosses: number
  closes: number
  /** Lives that ended with LOG_FAILED. */
  failures: number
  acknowledged: number
  /** That were compared. */
  rows: number
  operations: number
}

/** Appends, drops, rewrites, crashes and opens again, as the seed says. Rejects with a Violation where a law is broken. */
export function runSchedule(seed: number, options: ScheduleOptions): Promise<ScheduleFigures> {
  return withoutChance(() => run(seed, options))
}

async function run(seed: number, { openLog, between, say = () => {} }: ScheduleOptions): Promise<ScheduleFigures> {
  const random = new Random(seed)
  const options = randomOptions(random)
  const tenants = ['north', 'Süd/..', 'x'.repeat(70)].slice(0, random.between(1, 3)).map((name) => new ModelTenant(name))
  const world: World = {
    nowMs: 1_700_000_000_000,
    nextAppend: 1,
    faulty: options.durability === 'fsync' && random.chance(0.3),
    copies: between === undefined ? [] : null,
  }
  const figures: ScheduleFigures = { powerLosses: 0, processLosses: 0, closes: 0, failures: 0, acknowledged: 0, rows: 0, operations: 0 }
  say(JSON.stringify(options))
  const keptAside = new Map<string, number>()
  // Without syncs a log relies on the file system not to show it bytes of other files.
  const holes = options.durability === 'os' ? 'zeros' : 'old-bytes'
  let disk = new SimulatedDisk({ seed, holes, order: random.chance(0.8) ? 'shuffled' : 'in-order' })

  for (let lives = random.between(2, 6); lives >= 0; lives--) {
    disk.heal()
    disk.crashAt(lives > 0 && random.chance(0.8) ? randomCrash(random) : null)
    const events: LogEvent[] = []
    let life: Life | null = null
    try {
      const opening = openLog({
        ...options,
        files: between === undefined ? disk : between(disk),
        clock: () => world.nowMs,
        report: (event) => report(events, event, say),
      })
      life = new Life(await orCrash(opening, disk), disk, tenants, random)
      figures.rows += await life.check()
      for (let steps = lives === 0 ? 0 : random.between(3, 40); steps > 0 && !life.failed; steps--) say(await randomStep(life, world))
      figures.rows += await life.end()
      if (disk.openFiles > 0) throw new Violation('a closed log holds no file', { open: disk.openFiles })
      figures[life.failed ? 'failures' : 'closes']++
      if (options.durability === 'fsync' && random.chance(0.3)) disk = disk.powerLoss(random)
    } catch (error) {
      if (!(error instanceof Crash)) throw error
      life?.rethrow()
      say('crash')
      const power = random.chance(options.durability === 'fsync' ? 0.65 : 0.2)
      figures[power ? 'powerLosses' : 'processLosses']++
      disk = power ? disk.powerLoss(random) : disk.processLoss(random)
      if (power && options.durability === 'os') {
        await checkReadable(await openLog({ ...options, files: disk }), tenants)
        return figures
      }
    }
    disk.heal()
    disk.crashAt(null)
    await checkCopies(disk, world.copies?.splice(0) ?? [])
    afterLife(tenants)
    checkEvents(events, world.faulty)
    for (const event of events) if (event.kind === 'tail-cut') keptAside.set(event.keptAs, event.bytes)
  }
  const files = disk.files()
  for (const [path, bytes] of keptAside) {
    if (files.get(path)?.length !== bytes) throw new Violation('a tail that was cut off is kept aside', { path, bytes, left: files.get(path)?.length })
  }
  figures.operations = disk.operations
  figures.acknowledged = tenants.flatMap(({ appends }) => appends).filter(({ fate }) => fate === 'there').length
  return figures
}

function randomOptions(random: Random) {
  return {
    directory: '/disk/log',
    durability: random.chance(0.9) ? ('fsync' as const) : ('os' as const),
    journalBytes: random.pick([600, 2000, 8000, 1_000_000]),
    maxJournals: random.pick([1, 2, 4]),
    rewriteBytes: random.pick([1, 300, 1 << 20]),
    tailBytes: random.pick([0, 2000, 1_000_000]),
    ...(random.chance(0.5) && { join: joinPayloads }),
  }
}

/** Often while it opens or soon after, sometimes late; often in the midst of a commit. */
function randomCrash(random: Random): (operation: Operation) => boolean {
  const inCommits = random.chance(0.3)
  let calls = 1 + random.below(inCommits ? 20 : random.pick([15, 100, 400]))
  return ({ kind, path }) => (!inCommits || ((kind === 'write' || kind === 'sync') && path.endsWith('.journal'))) && --calls === 0
}

function report(events: LogEvent[], event: LogEvent, say: (line: string) => void): void {
  events.push(event)
  say(JSON.stringify(event))
}

function afterLife(tenants: readonly ModelTenant[]): void {
  for (const { appends } of tenants) for (const append of appends) if (append.fate === 'waiting') append.fate = 'unknown'
}

/** A loss of power leaves torn tails; it damages nothing that was durable. */
function checkEvents(events: readonly LogEvent[], faulty: boolean): void {
  const failures = ['failed', 'background-failed', 'disk-full']
  const wrong = events.find(({ kind }) => kind === 'damage' || (!faulty && failures.includes(kind)))
  if (wrong) throw new Violation('a crash is no damage', { event: wrong })
}
