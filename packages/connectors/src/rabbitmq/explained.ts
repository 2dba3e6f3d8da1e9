import { MillraceError } from '@millrace/plan'
import { lost, refused } from '../failures.ts'
import { networkFailure } from '../stores/network-failures.ts'
import { shortened } from '../stores/shortened.ts'

export const system = 'RabbitMQ'

/** Reply codes of AMQP 0-9-1 after which it would answer the same again: no access, no queue or exchange, in use by another, other properties, no vhost. */
const refusals = new Set([311, 403, 404, 405, 406, 530])

/** What the library threw, in the user's terms: CONNECTOR_REFUSED or CONNECTOR_LOST. `place` is where, or what was asked. */
export function explained(error: unknown, place: string): Error {
  if (error instanceof MillraceError) return error
  const message = error instanceof Error ? error.message : String(error)
  const reply = /(\d{3}) \([A-Z-]+\) with message "(.*)"/s.exec(message)
  if (reply) return answered(Number(reply[1]), shortened(`${place}: ${reply[2]}`), error)
  // The library says no more of it.
  if (message.includes('got <ConnectionClose')) return refused(system, `${place}: there is no such virtual host, or the user may not enter it`, error)
  if (message.includes('is the wrong type')) return refused(system, shortened(`${place}: a name is longer than 255 bytes`), error)
  if (message.startsWith('SASL mechanism')) return refused(system, shortened(`${place}: ${message}`), error)
  return networkFailure(system, place, error)
}

function answered(code: number, reason: string, cause: unknown): Error {
  // 406 stands for much; a consumer that was too slow for it may come back.
  const mayComeBack = !refusals.has(code) || reason.includes('timed out') || reason.includes('timeout')
  return mayComeBack ? lost(system, reason, cause) : refused(system, reason, cause)
}
