import type { Problem, ProblemIssue } from '../schemas/index.ts'

/** An answer that is an error, or no answer. `code` is stable, the texts are for people. */
export class RequestFailed extends Error {
  /** Of the error catalogue (docs/errors.md); of errors without a problem's body `HTTP_<status>`, of no answer `UNREACHABLE`, of a key or tenant that cannot be sent `HEADER_VALUE`. */
  readonly code: string
  /** Of the answer; 0: there was none. */
  readonly status: number
  /** What to do. */
  readonly action: string
  /** All that is wrong with what was sent, where there are several things. */
  readonly issues: readonly ProblemIssue[]
  /** The server asks to wait this long before the next try; null: it does not say. */
  readonly retryAfterMs: number | null

  constructor(
    problem: Pick<Problem, 'title' | 'detail' | 'status' | 'code' | 'issues'>,
    more: { readonly retryAfterMs?: number | null; readonly cause?: unknown } = {},
  ) {
    super(problem.title, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'RequestFailed'
    this.code = problem.code
    this.status = problem.status
    this.action = problem.detail
    this.issues = problem.issues
    this.retryAfterMs = more.retryAfterMs ?? null
  }

  /** The same may be sent again later, with hope. */
  get passing(): boolean {
    if (this.code === 'IDEMPOTENCY_RUNS') return true
    if (this.code === 'HEADER_VALUE') return false
    // It may take an hour: who asks is told, and not left waiting.
    if (this.code === 'TENANT_QUERY_TIME') return false
    return [0, 408, 425, 429, 502, 503, 504, 507].includes(this.status)
  }
}

export async function failureOf(answer: Response): Promise<RequestFailed> {
  const text = await answer.text().catch(() => '')
  return new RequestFailed(problemIn(text) ?? plain(answer, text), { retryAfterMs: retryAfterMs(answer) })
}

export function unreachable(url: string, cause: unknown): RequestFailed {
  const reason = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause)
  const detail = 'Check the address, and that the server runs.'
  return new RequestFailed({ code: 'UNREACHABLE', status: 0, title: `No answer from ${url}: ${reason}.`, detail, issues: [] }, { cause })
}

function problemIn(text: string): Problem | null {
  try {
    const found: unknown = JSON.parse(text)
    return typeof found === 'object' && found !== null && 'code' in found && 'title' in found
      ? { issues: [], detail: '', ...(found as Partial<Problem> & Pick<Problem, 'type' | 'title' | 'status' | 'code'>) }
      : null
  } catch {
    return null
  }
}

/** Of something between us and the server, which knows no problems. */
function plain({ status, statusText }: Response, text: string): Problem {
  return { type: 'about:blank', code: `HTTP_${status}`, status, title: `${status} ${statusText}`.trim(), detail: text.slice(0, 500), issues: [] }
}

function retryAfterMs({ headers }: Response): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds * 1000 : null
}
