import type { Socket } from 'node:net'
import type { Log } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import { allows } from '../../access/allows.ts'
import type { Access, Caller } from '../../access/caller.ts'
import type { Refusal } from '../../control/refusals.ts'
import type { Intake } from '../../intake/intake.ts'
import { producerName } from '../../intake/whole-body.ts'
import type { EndReason, GatewayFigures } from '../../metrics/gateway-metrics.ts'
import type { RegisteredStream, StreamRegistry } from '../../streams/stream-registry.ts'
import { OpenConnections } from '../open-connections.ts'
import { type Greeting, greetingOf } from './greeting.ts'
import { type LineTotals, sendLines } from './line-connection.ts'
import { SocketLines } from './socket-lines.ts'

export interface LineGatewayOptions {
  readonly access: Access
  readonly streams: StreamRegistry
  readonly intake: Intake
  readonly log: Pick<Log, 'producerSequence'>
  readonly figures: GatewayFigures
  /** A connection was ended, and why. */
  readonly report: (reason: string) => void
  /** Somebody may not send what they came for. */
  readonly refused: (refusal: Refusal) => void
  /** Longest line. Default 1 MiB. */
  readonly lineBytes?: number
  /** Until the first line is there. Default 10 s. */
  readonly greetingMs?: number
  /** A connection that sends nothing for so long ends. Default 10 minutes. */
  readonly idleMs?: number
  /** Of one tenant. Default 1,000. */
  readonly tenantConnections?: number
}

/** Of the first line: strangers send it. */
const mostGreetingBytes = 1024
/** Answers that wait for one who does not read them. */
const mostUnreadBytes = 64 << 10
/** Time for one who is refused to read why. */
const lingerMs = 1000

/** Connections that send lines. */
export class LineGateway {
  readonly open: OpenConnections
  readonly #options: LineGatewayOptions
  /** The connection of each producer: another one takes its place. */
  readonly #producers = new Map<string, { readonly end: () => void; readonly ended: Promise<void> }>()

  constructor(options: LineGatewayOptions) {
    this.#options = options
    this.open = new OpenConnections(options.tenantConnections ?? 1000)
  }

  /** Serves a connection to its end; never rejects. */
  async serve(socket: Socket): Promise<void> {
    const { idleMs = 600_000, greetingMs = 10_000 } = this.#options
    const over = new AbortController()
    socket.once('close', () => over.abort())
    const address = socket.remoteAddress ?? null
    let greeting: Greeting | null = null
    const late = setTimeout(() => this.#refuse(socket, new MillraceError('GREETING_INVALID')), greetingMs)
    try {
      const lines = new SocketLines(socket, this.#options.lineBytes ?? 1 << 20)
      greeting = greetingOf(await lines.line(mostGreetingBytes))
      clearTimeout(late)
      socket.setTimeout(idleMs, () => this.#refuse(socket, new MillraceError('CONNECTION_IDLE', { seconds: idleMs / 1000 })))
      const totals = await this.#take(socket, lines, greeting, over.signal)
      socket.end(`${JSON.stringify({ ...totals, end: true })}\n`)
    } catch (error) {
      if (greeting !== null && !socket.writableEnded) this.#tellRefused(greeting, address, error)
      this.#refuse(socket, error)
    } finally {
      clearTimeout(late)
    }
  }

  async #take(socket: Socket, lines: SocketLines, greeting: Greeting, signal: AbortSignal): Promise<LineTotals> {
    const { intake, log, tenantConnections = 1000 } = this.#options
    const { caller, stream } = this.#admitted(greeting)
    if (this.open.isFull(stream.tenant)) throw new MillraceError('TENANT_QUOTA', { limit: tenantConnections, what: 'connections' })
    const producer = greeting.producer === null || caller.device === null ? greeting.producer : JSON.stringify([caller.device, greeting.producer])
    const closed = this.open.add(stream.tenant, caller.keyId, () => this.#refuse(socket, new MillraceError('KEY_REQUIRED')))
    const leave = producer === null ? () => {} : await this.#takePlace(socket, JSON.stringify([stream.tenant, stream.name, producer]))
    try {
      const known = producer === null ? 0 : (log.producerSequence(stream.tenant, producerName(stream.name, producer)) ?? 0)
      const told = (totals: LineTotals): void => this.#tell(socket, totals)
      told({ lines: known, accepted: 0, rejected: 0, repeated: 0 })
      return await sendLines({ lines, intake, stream: () => this.#admitted(greeting).stream, producer, known, told, signal })
    } finally {
      leave()
      closed()
    }
  }

  /** Errors: KEY_REQUIRED, KEY_SCOPE, STREAM_UNKNOWN. */
  #admitted({ secret, stream: name }: Greeting): { readonly caller: Caller; readonly stream: RegisteredStream } {
    const { access, streams } = this.#options
    const caller = access.caller(secret)
    if (caller === null || caller.tenant === null) throw new MillraceError('KEY_REQUIRED')
    if (!allows(caller, ['ingest'])) throw new MillraceError('KEY_SCOPE', { needed: 'ingest' })
    const stream = streams.find(caller.tenant, name)
    if (stream === null) throw new MillraceError('STREAM_UNKNOWN', { stream: name })
    return { caller, stream }
  }

  #tellRefused({ secret, stream }: Greeting, address: string | null, error: unknown): void {
    const result = error instanceof MillraceError ? error.code : ''
    if (!refusals.has(result)) return
    const caller = this.#options.access.caller(secret)
    this.#options.refused({ caller, secret, address, action: 'sendLines', target: `streams/${stream}/records`, result })
  }

  /** Ends the connection that the producer has, and waits until its last append is over: only then it is known how far it came. */
  async #takePlace(socket: Socket, producer: string): Promise<() => void> {
    for (let before = this.#producers.get(producer); before !== undefined; before = this.#producers.get(producer)) {
      before.end()
      await before.ended
    }
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    this.#producers.set(producer, { end: () => socket.destroy(), ended })
    return () => {
      this.#producers.delete(producer)
      resolve()
    }
  }

  #tell(socket: Socket, totals: LineTotals): void {
    if (socket.writableLength > mostUnreadBytes) throw new MillraceError('CONNECTION_UNREAD')
    socket.write(`${JSON.stringify(totals)}\n`)
  }

  #refuse(socket: Socket, error: unknown): void {
    if (socket.destroyed || socket.writableEnded) return
    const { figures, report } = this.#options
    const known = error instanceof MillraceError ? error : new MillraceError('SERVER_FAULT', { requestId: 'none' }, { cause: error })
    const { code, message, action } = known
    figures.ended(reasons[code] ?? 'error')
    report(known.cause === undefined ? `${code}: ${message}` : String(known.cause))
    socket.end(`${JSON.stringify({ error: { code, message, action } })}\n`)
    // What still comes is dropped: a connection that is closed with bytes unread would lose the answer.
    socket.removeAllListeners('readable').resume()
    setTimeout(() => socket.destroy(), lingerMs).unref()
  }
}

/** What the audit is told of: somebody may not, rather than something being wrong with the lines. */
const refusals: ReadonlySet<string> = new Set(['KEY_REQUIRED', 'KEY_SCOPE', 'STREAM_UNKNOWN', 'TENANT_QUOTA'])

const reasons: Readonly<Record<string, EndReason>> = {
  KEY_REQUIRED: 'key',
  KEY_SCOPE: 'key',
  LINE_TOO_LONG: 'limit',
  GREETING_INVALID: 'limit',
  CONNECTION_IDLE: 'limit',
  TENANT_QUOTA: 'limit',
  CONNECTION_UNREAD: 'slow',
}
