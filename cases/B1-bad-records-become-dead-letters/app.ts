import { app, float64, int32, schema, stream, text, timestamp } from '@millrace/sdk'

const fields = { at: timestamp({ format: 'iso' }), sensor: int32(), place: text({ optional: true }), value: float64({ missing: [999999] }) }
const lines = stream('lines', { schema: schema(fields), format: { kind: 'csv', separator: ';' }, time: 'at', key: ['sensor'], idleTimeout: null })
const objects = stream('objects', { schema: schema(fields), format: 'ndjson', time: 'at', key: ['sensor'], idleTimeout: null })

export default app('dirty', {}, (from) => ({
  all: from(lines).union(from(objects)),
}))
