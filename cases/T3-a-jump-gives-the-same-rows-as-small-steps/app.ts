import { app, hours, minutes, type Stream, tumbling } from '@millrace/sdk'
import { type Reading, readings } from '../readings.ts'

// Both streams have the same records. The watermark of the one follows them closely, that of the other jumps at the end.
const stepping = readings({}, 'north')
const jumping = readings({ watermark: { boundedOutOfOrderness: hours(1) } }, 'south')

export default app('jump', {}, (from) => {
  const alerts = (stream: Stream<Reading>) =>
    from(stream)
      .keyBy('sensor')
      .window(tumbling(minutes(1)))
      .aggregate((r, { sum }) => ({ total: sum(r.value) }))
      .alert({ when: (w) => w.total > 5, message: (w) => `total ${w.total}`, cooldown: minutes(3) })
  return { stepped: alerts(stepping), jumped: alerts(jumping) }
})
