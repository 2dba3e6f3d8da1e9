import type { RabbitmqSink } from '@millrace/api/schemas'
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
/** What RabbitMQ takes since 4.0, unless told otherwise; before it took more. */
const defaultMaxBytes = 16 << 20

/** Of a page: what is published, and what AMQP cannot carry or RabbitMQ would not take. Errors: CONNECTOR_REFUSED (the routing key names a column that is not there). */
export function rowMessages(
  { fields, key, lines }: SinkRows,
  { routingKey, maxMessageBytes = defaultMaxBytes }: RabbitmqSink,
): { readonly messages: readonly RowMessage[]; readonly refused: RefusedRow[] } {
  const fill = compileTemplate(system, routingKey, fields)
  const isFixed = !routingKey.includes('{')
  const [messages, refused]: [RowMessage[], RefusedRow[]] = [[], []]
  for (const [row, body] of rowLines(lines).entries()) {
    const filled = fill(isFixed ? {} : (JSON.parse(body.toString()) as Row))
    if (body.length > maxMessageBytes) refused.push({ row, reason: `its message of ${body.length} bytes is larger than maxMessageBytes, ${maxMessageBytes}` })
    else if (Buffer.byteLength(filled) > mostKeyBytes) refused.push({ row, reason: `its routing key is longer than ${mostKeyBytes} bytes` })
    else messages.push({ routingKey: filled, id: rowKey(body, key), body })
  }
  return { messages, refused }
}
