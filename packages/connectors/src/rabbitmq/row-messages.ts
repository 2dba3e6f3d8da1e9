import type { RefusedRow, SinkRows } from '../contract.ts'
import { rowKey } from '../row-key.ts'
import { rowLines } from '../row-lines.ts'
import { compileTemplate, type Row } from '../template.ts'
import { system } from './explained.ts'

export interface RowMessage {
  readonly routingKey: string
  /** Of the row, as its key. */
  readonly id: string
  readonly body: Buffer
}

const mostKeyBytes = 255

/** Of a page: what is published, and what AMQP cannot carry. Errors: CONNECTOR_REFUSED (the routing key names a column that is not there). */
export function rowMessages(
  { fields, key, lines }: SinkRows,
  routingKey: string,
): { readonly messages: readonly RowMessage[]; readonly refused: RefusedRow[] } {
  const fill = compileTemplate(system, routingKey, fields)
  const isFixed = !routingKey.includes('{')
  const [messages, refused]: [RowMessage[], RefusedRow[]] = [[], []]
  for (const [row, body] of rowLines(lines).entries()) {
    const filled = fill(isFixed ? {} : (JSON.parse(body.toString()) as Row))
    if (Buffer.byteLength(filled) > mostKeyBytes) refused.push({ row, reason: `its routing key is longer than ${mostKeyBytes} bytes` })
    else messages.push({ routingKey: filled, id: rowKey(body, key), body })
  }
  return { messages, refused }
}
