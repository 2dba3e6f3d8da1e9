import { minutes, tumbling } from '@millrace/sdk'
import { alarmsAs } from './alarms.ts'
import { statistics } from './statistics.ts'

/** Ten-minute statistics: `millrace run bench/apps/tumbling.ts`. */
export default statistics('tumbling', alarmsAs('csv'), tumbling(minutes(10)))
