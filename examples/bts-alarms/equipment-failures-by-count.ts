import { equipmentFailures } from './equipment-failures.ts'
import { alarmsByCount } from './streams.ts'

/** The same app over a watermark that counts records instead of minutes. */
export default equipmentFailures('equipment-failures-by-count', alarmsByCount)
