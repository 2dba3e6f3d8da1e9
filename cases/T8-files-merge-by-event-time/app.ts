import { app, minutes, tumbling } from '@millrace/sdk'
import { readings } from '../readings.ts'

const north = readings({ idleTimeout: minutes(10) }, 'north')
const south = readings({ idleTimeout: minutes(10) }, 'south')

// The earlier record first, of equal ones the north's, whose file is named first; 12:00:20 stays behind 12:00:30, as in its
// file. Log time follows the records, so both streams fall idle where it jumps; 2060 is not too far ahead for a file.
export default app('both', {}, (from) => ({
  counts: from(north)
    .union(from(south))
    .keyBy('sensor')
    .window(tumbling(minutes(1)))
    .aggregate((r, { count, sum }) => ({ rows: count(), total: sum(r.value) })),
}))
