import { app, int32, schema, stream, timestamp } from '@millrace/sdk'

const strict = stream('strict', {
  schema: schema({ at: timestamp({ format: 'iso' }), sensor: int32() }),
  format: 'ndjson',
  time: 'at',
  unknownFields: 'strict',
  idleTimeout: null,
})
const lenient = stream('lenient', { schema: schema({ at: timestamp({ format: 'iso' }), sensor: int32() }), format: 'ndjson', time: 'at', idleTimeout: null })

export default app('fields', {}, (from) => ({
  strict: from(strict),
  lenient: from(lenient),
}))
