import { days, tumbling } from '@millrace/sdk'
import { alarmBatches, type MadeUp } from '../../apps/alarm-batches.ts'
import { alarmsAs } from '../../apps/alarms.ts'
import { statistics } from '../../apps/statistics.ts'
import { type Benchmark, figure, highest, secondsOf } from '../../measure.ts'
import { withFolder } from '../../state-folder.ts'
import { appendAll, openDurable, openJobs, rowsOfAppend, tenant } from './durable.ts'

const job = 'statistics'
const { plan } = statistics('statistics', alarmsAs('csv'), tumbling(days(2)))
const name = 'snapshot of 1,000,000 keys'

/** A job with many keys goes on while its state is written, and comes back with it. */
export const snapshotBenchmark: Benchmark = {
  name,
  run: ({ manyKeys, runs, folder: parent }) =>
    withFolder(parent, async (folder) => {
      const alarms: MadeUp = { rows: manyKeys, key: (row) => row, timeMs: (row) => row % 600_000, value: (row) => row % 1000 }
      const { log, jobs } = await openDurable(folder)
      await jobs.start({ tenant, job, plan })
      const append = (rows: number): Promise<void> => appendAll(log, alarmBatches(plan, { ...alarms, rows }, rowsOfAppend))
      await append(manyKeys)
      await jobs.settle(tenant, job)
      const pauses: number[] = []
      const seconds: number[] = []
      const bytes: number[] = []
      for (let run = 0; run < runs; run++) {
        const more = append(Math.ceil(manyKeys / 8))
        await jobs.snapshot(tenant, job)
        await more
        const { snapshot } = jobs.status(tenant, job)
        if (snapshot === null) throw new Error('no snapshot was written')
        pauses.push(snapshot.pauseMs)
        seconds.push(snapshot.tookMs / 1000)
        bytes.push(snapshot.bytes / manyKeys)
      }
      await jobs.settle(tenant, job)
      await jobs.snapshot(tenant, job)
      await jobs.abandon()
      const restores: number[] = []
      for (let run = 0; run < runs; run++) {
        const again = openJobs(log, folder)
        restores.push(await secondsOf(() => again.start({ tenant, job, plan })))
        await again.settle(tenant, job)
        await again.abandon()
      }
      await log.close()
      return [
        highest(`${name}, longest pause of the job`, 'ms', pauses, 50),
        figure(`${name}, until it is durable`, 's', seconds),
        figure(`${name}, of a key`, 'bytes', bytes),
        figure('restore of 1,000,000 keys', 's', restores),
      ]
    }),
}
