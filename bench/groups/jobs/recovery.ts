import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import tumblingApp from '../../apps/tumbling.ts'
import { type Benchmark, figure, secondsOf } from '../../measure.ts'
import type { Scale } from '../../scale.ts'
import { withFolder } from '../../state-folder.ts'
import { openDurable, outputRows, tenant } from './durable.ts'

const job = 'tumbling'
const { plan } = tumblingApp
const name = 'recovery after SIGKILL, 10,000,000 records in the log'

/** A process is killed; how long until another has its job where it was, with all results in the log. */
export const recoveryBenchmark: Benchmark = {
  name,
  run: (scale) =>
    withFolder(scale.folder, async (folder) => {
      const left = join(folder, 'left')
      await killed(left, scale)
      const opening: number[] = []
      const recovering: number[] = []
      const replaying: number[] = []
      for (let run = 0; run < Math.min(3, scale.runs); run++) {
        const copy = join(folder, `copy${run}`)
        await cp(left, copy, { recursive: true })
        const { opened, recovered, replayed } = await recoveryOf(copy)
        opening.push(opened)
        recovering.push(recovered)
        replaying.push(scale.killedRows / replayed)
      }
      return [
        figure(`${name}, ${(scale.killedMs - snapshotAtMs(scale)) / 1000} s after its snapshot`, 's', recovering, 2),
        figure('recovery after SIGKILL, of it opening the log', 's', opening),
        figure('replay of 10,000,000 records from the begin', 'records/s', replaying),
      ]
    }),
}

function snapshotAtMs({ killedMs }: Scale): number {
  return (killedMs * 3) / 4
}

/** Leaves the folder as a process does that is killed when all its records are acknowledged. */
async function killed(folder: string, scale: Scale): Promise<void> {
  const args = [join(import.meta.dirname, 'killed.ts'), folder, String(scale.killedRows), String(scale.killedMs), String(snapshotAtMs(scale))]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  await Promise.race([once(child.stdout, 'data'), ended.then(() => Promise.reject(new Error('the process ended before it was killed')))])
  child.kill('SIGKILL')
  await ended
}

async function recoveryOf(folder: string): Promise<{ readonly opened: number; readonly recovered: number; readonly replayed: number }> {
  const fromMs = performance.now()
  const { log, jobs, abandon } = await openDurable(folder)
  const opened = (performance.now() - fromMs) / 1000
  await jobs.start({ tenant, job, plan })
  await jobs.settle(tenant, job)
  const recovered = (performance.now() - fromMs) / 1000
  const results = outputRows(log, job, 'statistics')
  await jobs.stop(tenant, job)
  await jobs.start({ tenant, job: 'again', plan })
  const replayed = await secondsOf(() => jobs.settle(tenant, 'again'))
  if (outputRows(log, 'again', 'statistics') !== results) throw new Error('the job that recovered found other results than one from the begin')
  await abandon()
  return { opened, recovered, replayed }
}
