import type { MillraceClient } from '@millrace/api'
import type { Way } from './way.ts'

export interface HttpWay {
  readonly client: MillraceClient
  readonly stream: string
  readonly format: 'csv' | 'ndjson'
  /** The first line of each body; null: none. */
  readonly header: string | null
}

/** A body of records at a time, numbered: sent until it is acknowledged, it is kept once. */
export function httpWay({ client, stream, format, header }: HttpWay): Way {
  return {
    send: async (records) => {
      const lines = header === null ? records : [header, ...records]
      const { accepted, rejected } = await client.sendRecords(stream, `${lines.join('\n')}\n`, { format })
      return { accepted, rejected }
    },
    close: async () => {},
  }
}
