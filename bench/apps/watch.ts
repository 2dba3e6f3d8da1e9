import type { Member } from '@millrace/engine'
import type { Plan } from '@millrace/plan'
import { app, minutes, tumbling } from '@millrace/sdk'
import { alarmsAs } from './alarms.ts'

/** Stations of the generated alarms. */
const firstStation = 1_161_114_000
const stations = 126

// Numbers that stand for what each job has of its own.
const station = 111_111
const threshold = 222_222.5
const limit = 333_333.5

/** One of many small jobs: a station's values above a threshold, and an alert where their mean is too high. */
const { plan } = app('watch', {}, (from) => ({
  alerts: from(alarmsAs('csv'))
    .filter((a) => a.station_id === 111_111 && a.value > 222_222.5)
    .window(tumbling(minutes(10)))
    .aggregate((a, { count, sum, avg }) => ({ records: count(), total: sum(a.value), mean: avg(a.value) }))
    .alert({ when: (w) => w.mean > 333_333.5, message: () => 'too high' }),
}))
const text = JSON.stringify(plan)

/** Jobs spread evenly over the stations, whose plans differ in three constants; made one after the other. */
export function* watchers(count: number): Iterable<Member> {
  for (let job = 0; job < count; job++) yield { id: `job-${job}`, plan: watcher(job) }
}

/** Thresholds reach from what every value passes to what none does. */
function watcher(job: number): Plan {
  const own = [
    [station, firstStation + (job % stations)],
    [threshold, ((job * 79) % 250) + 0.5],
    [limit, ((job * 31) % 90) + 200.5],
  ] as const
  return JSON.parse(own.reduce((changed, [stand, value]) => changed.replaceAll(String(stand), String(value)), text)) as Plan
}
