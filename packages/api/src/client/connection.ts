import { type OperationName, operations } from '../operations.ts'
import { failureOf, RequestFailed, unreachable } from './request-failed.ts'
import { defaultRetries, type Retries, retried } from './retries.ts'

export interface ClientOptions {
  /** Of the server: `http://localhost:8080`. */
  readonly url: string
  /** Secret of an API key; absent: only what needs none can be asked. */
  readonly key?: string
  /** Whose things an operator's key asks for; other keys know. */
  readonly tenant?: string
  /** An answer must be there within this time. Default 60 s; what waits for records, longer. */
  readonly timeoutMs?: number
  readonly retries?: Partial<Retries>
}

/** What of an operation is not in its name. */
export interface Call {
  /** For the `{names}` of the path. */
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>
  readonly signal?: AbortSignal
  /** Beyond the timeout. */
  readonly waitMs?: number
  /** May be done twice. Default: all but POST and PATCH, which are sent with an idempotency key. */
  readonly repeatable?: boolean
}

const defaultTimeoutMs = 60_000

/** Sends operations to a server; retries what may be sent twice. */
export class Connection {
  readonly retries: Retries
  private readonly url: string
  private readonly ofAsker: Readonly<Record<string, string>>
  private readonly timeoutMs: number

  /** Errors: HEADER_VALUE. */
  constructor({ url, key, tenant, timeoutMs = defaultTimeoutMs, retries = {} }: ClientOptions) {
    this.url = url.replace(/\/+$/, '')
    if (key !== undefined) checkHeader('The key', `Bearer ${key}`)
    if (tenant !== undefined) checkHeader('The name of the tenant', tenant)
    this.ofAsker = { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...(tenant === undefined ? {} : { 'millrace-tenant': tenant }) }
    this.timeoutMs = timeoutMs
    this.retries = { ...defaultRetries, ...retries }
  }

  /** The answer, read by `read`; throws RequestFailed where it is an error. */
  async call<Answer>(name: OperationName, call: Call, read: (answer: Response) => Promise<Answer> | Answer): Promise<Answer> {
    const { method } = operations[name]
    const repeatable = call.repeatable ?? (method !== 'POST' && method !== 'PATCH')
    // By it the server knows a request that it did already, though nobody heard of it.
    const sent = repeatable ? call : { ...call, headers: { ...call.headers, 'idempotency-key': crypto.randomUUID() } }
    return retried(() => this.once(name, sent, read), this.retries, call.signal)
  }

  json<Answer>(name: OperationName, call: Call = {}): Promise<Answer> {
    return this.call<Answer>(name, call, async (answer) => (answer.status === 204 ? undefined : await answer.json()) as Answer)
  }

  /** One try. What was not read when the time is over is not waited for. */
  async once<Answer>(name: OperationName, call: Call, read: (answer: Response) => Promise<Answer> | Answer): Promise<Answer> {
    const { signal } = call
    const limit = new AbortController()
    const limitMs = this.timeoutMs + (call.waitMs ?? 0)
    const timer = setTimeout(() => limit.abort(new Error(`not answered within ${limitMs} ms`)), limitMs)
    try {
      const answer = await this.fetch(name, call, signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]))
      if (!answer.ok) throw await failureOf(answer)
      return await read(answer)
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason
      throw error instanceof RequestFailed ? error : unreachable(this.url, error)
    } finally {
      clearTimeout(timer)
    }
  }

  private fetch(name: OperationName, { path, query, headers, body }: Call, signal: AbortSignal): Promise<Response> {
    return fetch(this.address(name, path, query), {
      method: operations[name].method,
      headers: { accept: 'application/json', ...this.ofAsker, ...headers },
      body,
      signal,
      redirect: 'error',
      ...(body instanceof ReadableStream && { duplex: 'half' }),
    })
  }

  private address(name: OperationName, path: Call['path'] = {}, query: Call['query'] = {}): string {
    const filled = operations[name].path.replace(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(path[part] ?? ''))
    const asked = Object.entries(query).flatMap(([member, value]): [string, string][] => (value === undefined ? [] : [[member, String(value)]]))
    return `${this.url}${filled}${asked.length === 0 ? '' : `?${new URLSearchParams(asked)}`}`
  }
}

/** Errors: HEADER_VALUE. The value stands in no text: it may be secret. */
function checkHeader(what: string, value: string): void {
  try {
    new Headers({ value })
  } catch {
    const title = `${what} holds a line end or another character that cannot be sent.`
    throw new RequestFailed({ code: 'HEADER_VALUE', status: 0, title, detail: 'Give it as it was made.', issues: [] })
  }
}

/** `ifVersion`: the call is refused where what it changes is at another version by now. */
export function jsonBody(body: unknown, ifVersion?: number): Pick<Call, 'body' | 'headers'> {
  const match: Readonly<Record<string, string>> = ifVersion === undefined ? {} : { 'if-match': `"${ifVersion}"` }
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...match } }
}
