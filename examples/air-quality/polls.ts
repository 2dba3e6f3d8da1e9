import { app, minutes, tumbling } from '@millrace/sdk'
import { polls } from './streams.ts'

/**
 * What a poller learned by asking every minute. Most answers bring measurements that it knew already, so they are
 * counted by their highest id. In the second of the two hours from two to three the poller's clock is an hour behind:
 * an answer is then younger than its question, and an alert tells it.
 */
export default app('polls', {}, (from) => {
  const answers = from(polls).explode('body')

  const freshness = answers
    .keyBy('sensor')
    .window(tumbling(minutes(15)))
    .aggregate((a, { count, max, min }) => ({
      answers: count(),
      newestId: max(a.body.id),
      youngestMinutes: min(a.poll_local.minus(a.body.timestamp).minutes),
      oldestMinutes: max(a.poll_local.minus(a.body.timestamp).minutes),
    }))

  const values = answers
    .explode('body.sensordatavalues')
    .map((m) => ({ sensor: m.sensor, measured: m.body.sensordatavalues.value_type, value: m.body.sensordatavalues.value, at: m.body.timestamp }))
    .keyBy('sensor', 'measured')
    .window(tumbling(minutes(15)))
    .aggregate((m, { min, max, last }) => ({ lowest: min(m.value), highest: max(m.value), newest: last(m.value) }))

  return {
    freshness,
    values,
    alerts: freshness.alert({
      when: (w) => w.youngestMinutes < 0,
      message: (w) => `the clock of the poller of sensor ${w.sensor} is ${Math.round(-w.youngestMinutes)} minutes behind`,
    }),
  }
})
