import { app, minutes, schema, stream, text, timestamp, tumbling } from '@millrace/sdk'

const input = stream('readings', {
  schema: schema({ at: timestamp({ format: 'iso' }), word: text() }),
  format: 'ndjson',
  time: 'at',
  watermark: 'monotonic',
  idleTimeout: null,
})

export default app('strings', {}, (from) => ({
  words: from(input).map((r) => ({ word: r.word, length: r.word.length, after: r.word > '\uffee', last: r.word.slice(-1), upper: r.word.toUpperCase() })),
  range: from(input)
    .window(tumbling(minutes(1)))
    .aggregate((r, { min, max }) => ({ lowest: min(r.word), highest: max(r.word) })),
}))
