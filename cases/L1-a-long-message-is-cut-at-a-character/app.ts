import { app, schema, stream, text, timestamp } from '@millrace/sdk'

const input = stream('readings', {
  schema: schema({ at: timestamp({ format: 'iso' }), word: text() }),
  format: 'ndjson',
  time: 'at',
  watermark: 'monotonic',
  idleTimeout: null,
})

export default app('messages', {}, (from) => ({
  // Sixteen copies: words of 256 bytes fill the 4,096 bytes of a message, longer ones are cut.
  alerts: from(input)
    .map((r) => ({ word: r.word, four: `${r.word}${r.word}${r.word}${r.word}` }))
    .keyBy('word')
    .alert({ when: (r) => r.word !== '', message: (r) => `x${r.four}${r.four}${r.four}${r.four}` }),
  lengths: from(input).map((r) => ({ length: r.word.length })),
}))
