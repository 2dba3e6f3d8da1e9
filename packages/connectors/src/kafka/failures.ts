import { MillraceError } from '@millrace/plan'
import { lost, refused } from '../failures.ts'

const system = 'Kafka'
/** What the library's errors hold; others are like it, or have less. */
interface Failed {
  readonly message?: string
  readonly code?: string
  /** Of an answer of Kafka. */
  readonly apiId?: string
  readonly cause?: unknown
  readonly errors?: readonly unknown[]
}

export function kafkaRefused(reason: string, cause?: unknown): MillraceError {
  return refused(system, reason, cause)
}

export function kafkaLost(reason: string, cause?: unknown): MillraceError {
  return lost(system, reason, cause)
}

/** What the library threw, in the user's terms: CONNECTOR_REFUSED or CONNECTOR_LOST. `what` was asked, `where`. */
export function failure(error: unknown, what: string): MillraceError {
  const all = [...chainOf(error)]
  const ours = all.find(isOurs)
  if (ours) return ours
  const answer = all.find(({ apiId }) => apiId !== undefined && apiId in refusals)
  if (answer) return kafkaRefused(`${what}: ${refusals[answer.apiId!]}`, error)
  const tls = all.find(({ code = '', message = '' }) => tlsCodes.test(code) || message.includes('requires TLS') || message.includes('supports TLS'))
  if (tls) return kafkaRefused(`${what}: ${short(tls.message ?? tls.code)}`, error)
  const network = all.some(({ code, apiId }) => code?.startsWith('ECONN') || (apiId !== undefined && !(apiId in refusals)))
  if (!network && all.some(isRejectedLogin)) return kafkaRefused(`${what}: the login was not accepted`, error)
  const last = all.findLast(({ message }) => message)
  return kafkaLost(`${what}: ${short(last?.apiId ?? last?.message)}`, error)
}

/** Whether Kafka answered with one of these, somewhere in the error. */
export function answered(error: unknown, ...ids: readonly string[]): boolean {
  return [...chainOf(error)].some(({ apiId }) => apiId !== undefined && ids.includes(apiId))
}

/** Whether somebody has to change something first. */
export function isRefused(error: unknown): boolean {
  return error instanceof MillraceError && error.code === 'CONNECTOR_REFUSED'
}

function isOurs(error: unknown): error is MillraceError {
  return error instanceof MillraceError && (error.code === 'CONNECTOR_REFUSED' || error.code === 'CONNECTOR_LOST')
}

/** From the outermost inwards. */
function* chainOf(error: unknown): Generator<Failed> {
  if (typeof error !== 'object' || error === null) return
  const failed: Failed = error
  yield failed
  yield* chainOf(failed.cause)
  for (const one of failed.errors ?? []) yield* chainOf(one)
}

function isRejectedLogin({ code, message = '' }: Failed): boolean {
  return code === 'PLT_KFK_AUTHENTICATION' && !message.includes('suitable')
}

function short(text = 'no reason'): string {
  if (text === 'Connection closed') return 'the connection was closed; a broker does so, too, where it wants TLS or a login'
  const line = text.replace(/\s+/g, ' ').replace(/\.$/, '')
  return line.length > 200 ? `${line.slice(0, 200)} ...` : line
}

const tlsCodes = /^(CERT_|ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/

const rights = 'the user lacks the right'
const refusals: Readonly<Record<string, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'there is no such topic: create it',
  UNKNOWN_TOPIC_ID: 'the topic was deleted, or made anew',
  INCONSISTENT_TOPIC_ID: 'the topic was deleted, or made anew',
  INVALID_TOPIC_EXCEPTION: 'a topic cannot be called so',
  TOPIC_AUTHORIZATION_FAILED: `${rights} to read, or write, the topic`,
  GROUP_AUTHORIZATION_FAILED: `${rights} Read on the consumer group that is called as the id of the source or sink`,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: `${rights} Write on the transactional id that is called as the id of the sink`,
  CLUSTER_AUTHORIZATION_FAILED: `${rights} on the cluster`,
  SASL_AUTHENTICATION_FAILED: 'the login was not accepted',
  UNSUPPORTED_SASL_MECHANISM: 'this way to log in is not enabled there',
  ILLEGAL_SASL_STATE: 'that port wants no login',
  UNSUPPORTED_VERSION: 'it is older than Kafka 3.1',
  MESSAGE_TOO_LARGE: 'the topic takes smaller messages only: raise its max.message.bytes, or lower maxMessageBytes',
  RECORD_LIST_TOO_LARGE: 'the topic takes smaller messages only: lower maxMessageBytes',
  INVALID_RECORD: 'the topic does not take such messages',
  POLICY_VIOLATION: 'a policy of the cluster forbids it',
  INVALID_TRANSACTION_TIMEOUT: 'its transaction.max.timeout.ms is below a minute',
}
