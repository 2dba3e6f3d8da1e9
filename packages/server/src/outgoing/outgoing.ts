import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { AllowedAddresses } from '@millrace/connectors'
import { MillraceError } from '@millrace/plan'
import { type Resolve, systemResolve, targetOf } from './target.ts'

export interface OutgoingOptions {
  /** Addresses or CIDR ranges that may be called though they are not public. */
  readonly allow?: readonly string[]
  /** From the first look for the address until the answer's end. Default 10 s. */
  readonly timeoutMs?: number
  /** Of an answer's body, the rest is not read. Default 4 KiB. */
  readonly maxAnswerBytes?: number
  readonly resolve?: Resolve
  /** Certificates that are trusted beside the system's, PEM. */
  readonly ca?: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** The begin of the body. */
  readonly text: string
}

/**
 * Calls to addresses that tenants name: only to public ones or those the operator allows, each resolved once, checked, and then
 * connected to, one address after the other until one takes the connection. Redirects are answers like any other. Nothing is kept open between calls.
 */
export class Outgoing {
  private readonly allowed: AllowedAddresses
  private readonly timeoutMs: number
  private readonly maxAnswerBytes: number
  private readonly resolve: Resolve
  private readonly ca: string | undefined

  constructor({ allow = [], timeoutMs = 10_000, maxAnswerBytes = 4096, resolve = systemResolve, ca }: OutgoingOptions = {}) {
    this.allowed = new AllowedAddresses(allow)
    this.timeoutMs = timeoutMs
    this.maxAnswerBytes = maxAnswerBytes
    this.resolve = resolve
    this.ca = ca
  }

  /** Errors: those of `targetOf`, OUTGOING_TIMEOUT, OUTGOING_FAILED. */
  async post(url: string, headers: Readonly<Record<string, string>>, body: Uint8Array, signal?: AbortSignal): Promise<Answer> {
    const over = AbortSignal.any([AbortSignal.timeout(this.timeoutMs), ...(signal === undefined ? [] : [signal])])
    const target = await withSignal(targetOf(url, this.allowed, this.resolve), over).catch((error: unknown) => {
      throw this.failure(error, URL.parse(url)?.hostname ?? url)
    })
    let failed: unknown
    for (const address of target.addresses) {
      try {
        return await this.call(target.url, address, { ...headers, 'content-length': String(body.length) }, body, over)
      } catch (error) {
        failed = error
        // Nothing was sent where there was no connection.
        if ((error as NodeJS.ErrnoException).syscall !== 'connect') break
      }
    }
    throw this.failure(failed, target.url.hostname)
  }

  private call(url: URL, address: string, headers: Readonly<Record<string, string>>, body: Uint8Array, signal: AbortSignal): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const isSafe = url.protocol === 'https:'
    const options = {
      host: address,
      port: url.port === '' ? (isSafe ? 443 : 80) : Number(url.port),
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      headers: { ...headers, host: url.host, connection: 'close' },
      agent: false as const,
      signal,
    }
    // The certificate has to be that of the name, though the address is connected to.
    const name = url.hostname.replace(/^\[|\]$/g, '')
    const call: ClientRequest = isSafe
      ? requestHttps({ ...options, ...(isIP(name) === 0 && { servername: name }), ...(this.ca !== undefined && { ca: this.ca }) })
      : requestHttp(options)
    call.on('error', reject)
    call.on('response', (answer) => this.read(answer).then(resolve, reject))
    // Without a listener the connection is closed, and neither an error nor an answer comes.
    call.on('upgrade', (_answer, socket) => {
      socket.destroy()
      reject(new Error('it answered 101'))
    })
    call.end(body)
    return promise
  }

  private async read(answer: IncomingMessage): Promise<Answer> {
    const parts: Buffer[] = []
    let bytes = 0
    for await (const part of answer as AsyncIterable<Buffer>) {
      parts.push(part.subarray(0, this.maxAnswerBytes - bytes))
      bytes += part.length
      // Leaving the loop closes the connection.
      if (bytes >= this.maxAnswerBytes) break
    }
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString() }
  }

  private failure(error: unknown, host: string): unknown {
    if (error instanceof MillraceError) return error
    const { name, code, cause, message } = error as NodeJS.ErrnoException
    if (name === 'TimeoutError' || (cause as Error | undefined)?.name === 'TimeoutError')
      return new MillraceError('OUTGOING_TIMEOUT', { host, timeoutMs: this.timeoutMs }, { cause: error })
    return new MillraceError('OUTGOING_FAILED', { host, reason: code ?? message }, { cause: error })
  }
}

function withSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(signal.reason)
  signal.addEventListener('abort', stop)
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', stop))
}
