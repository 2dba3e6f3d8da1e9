import { app, schema, stream, text, timestamp } from '@millrace/sdk'

const calls = stream('calls', {
  schema: schema({
    place: text(),
    at: timestamp({ format: 'yyyy-MM-dd HH:mm:ss', zone: 'Europe/Berlin' }),
    local: timestamp({ format: "yyyy-MM-dd'T'HH:mm", zoneColumn: 'place' }),
  }),
  format: { kind: 'csv', separator: ';' },
  time: 'at',
  idleTimeout: null,
})

export default app('zones', {}, (from) => ({
  calls: from(calls).map((c) => ({
    ...c,
    hour: c.at.hour('Europe/Berlin'),
    day: c.at.dayOfWeek('Europe/Berlin'),
    utcHour: c.at.hour(),
    offsetHour: c.local.hour('+05:45'),
  })),
}))
