import type { QueryAnswer } from '@millrace/history'

/** A `HistoryAnswer` around rows that are JSON already. */
export function jsonAnswer({ columns, truncated, bytes }: QueryAnswer, tookMs: number): Buffer {
  const head = `{"columns":${JSON.stringify(columns)},"truncated":${truncated},"tookMs":${tookMs},"rows":`
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from('}')])
}
