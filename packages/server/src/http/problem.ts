import type { Problem } from '@millrace/api/schemas'
import { type ErrorCode, type Issue, issue, MillraceError } from '@millrace/plan'
import type { FastifyError } from 'fastify'

/** Statuses of errors that are not simply a wrong request (400). */
const statuses: Partial<Readonly<Record<ErrorCode, number>>> = {
  KEY_REQUIRED: 401,
  KEY_SCOPE: 403,
  KEY_SCOPE_BEYOND: 403,
  TENANT_QUOTA: 403,
  ROUTE_UNKNOWN: 404,
  TENANT_UNKNOWN: 404,
  KEY_UNKNOWN: 404,
  STREAM_UNKNOWN: 404,
  APP_UNKNOWN: 404,
  APP_VERSION_UNKNOWN: 404,
  OUTPUT_UNKNOWN: 404,
  ALERT_UNKNOWN: 404,
  SILENCE_UNKNOWN: 404,
  LATE_UNKNOWN: 404,
  WEBHOOK_UNKNOWN: 404,
  SOURCE_UNKNOWN: 404,
  SINK_UNKNOWN: 404,
  FILE_SINK_UNKNOWN: 404,
  JOB_UNKNOWN: 404,
  JOB_SAVEPOINT_UNKNOWN: 404,
  HISTORY_QUERY_UNKNOWN: 404,
  HISTORY_ANALYSIS_UNKNOWN: 404,
  RECORDS_FORMAT: 406,
  HISTORY_FORMAT: 406,
  KEY_ENDED: 409,
  BACKUP_FOLDER_MISSING: 409,
  IDEMPOTENCY_RUNS: 409,
  IDEMPOTENCY_UNKNOWN: 409,
  BACKUP_RUNS: 409,
  METHOD_UNKNOWN: 405,
  REQUEST_SLOW: 408,
  TENANT_EXISTS: 409,
  TENANT_ERASING: 409,
  STREAM_INCOMPATIBLE: 409,
  STREAM_USED: 409,
  APP_RUNS: 409,
  APP_NOT_RUNNING: 409,
  JOB_RUNS: 409,
  JOB_SNAPSHOTS_DAMAGED: 409,
  JOB_SNAPSHOT_MISSING: 409,
  LOG_PRODUCER_SEQUENCE_TOO_OLD: 409,
  RECORDS_AHEAD: 409,
  WEBHOOK_EXISTS: 409,
  SOURCE_EXISTS: 409,
  SINK_EXISTS: 409,
  FILE_SINK_EXISTS: 409,
  FILE_SINKS_OFF: 409,
  WEBHOOK_RUNS: 409,
  ALERT_OVER: 409,
  HISTORY_QUERY_NAME: 409,
  HISTORY_QUERY_CANCELLED: 409,
  RECORDS_DROPPED: 410,
  APP_VERSION_CHANGED: 412,
  CHANGED_MEANWHILE: 412,
  REQUEST_TOO_LARGE: 413,
  INTAKE_BODY_TOO_LARGE: 413,
  GZIP_TOO_LARGE: 413,
  REQUEST_MEDIA_TYPE: 415,
  INTAKE_CONTENT_TYPE: 415,
  INTAKE_ENCODING: 415,
  FORMAT_UNSUPPORTED: 415,
  IDEMPOTENCY_OTHER: 422,
  PLAN_INVALID: 422,
  APP_REFUSED: 422,
  APP_DELIVERY: 422,
  STREAM_INVALID: 422,
  SILENCE_TIME: 422,
  SILENCE_FITS_NOTHING: 422,
  HISTORY_SQL_FAILED: 422,
  HISTORY_SQL_REFUSED: 422,
  HISTORY_PARAM: 422,
  HISTORY_ANSWER_BYTES: 422,
  HISTORY_QUERY_TIME: 422,
  HISTORY_QUERY_MEMORY: 422,
  RATE_LIMITED: 429,
  REQUESTS_AT_ONCE: 429,
  REQUEST_HEADERS_TOO_LARGE: 431,
  HISTORY_BUSY: 429,
  TENANT_RATE: 429,
  TENANT_QUERY_TIME: 429,
  FOLLOWERS_TOO_MANY: 429,
  SERVER_FAULT: 500,
  BACKUP_FAILED: 500,
  BACKUP_HOLDS: 503,
  SERVER_NOT_READY: 503,
  INTAKE_BUSY: 503,
  INTAKE_PARTIAL: 503,
  LOG_BUSY: 503,
  LOG_FAILED: 503,
  LOG_CLOSED: 503,
  HISTORY_QUERY_ENDED: 503,
  HISTORY_CLOSED: 503,
  LOG_DISK_FULL: 507,
  SERVER_DISK_FULL: 507,
  TENANT_STORAGE: 507,
}

/** What the framework says of requests that it cannot read. */
const frameworkCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'REQUEST_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'REQUEST_MEDIA_TYPE',
}

export function statusOf(code: ErrorCode): number {
  return statuses[code] ?? 400
}

/** Any error as one of the catalogue; what nobody expected is SERVER_FAULT. */
export function millraceError(error: unknown, requestId: string): MillraceError {
  if (error instanceof MillraceError) return error
  const { code = '', validation, statusCode = 500, message } = error as FastifyError
  if (validation !== undefined) return invalid(error as FastifyError)
  const known = frameworkCodes[code]
  if (known !== undefined) return new MillraceError(known)
  if (statusCode >= 400 && statusCode < 500) return new MillraceError('REQUEST_UNREADABLE', { reason: message }, { cause: error })
  return new MillraceError('SERVER_FAULT', { requestId }, { cause: error })
}

/** RFC 9457. */
export function problemOf({ code, message, action, issues }: MillraceError, requestId?: string): Problem {
  return { type: `urn:millrace:error:${code}`, title: message, status: statusOf(code), detail: action, code, issues, requestId }
}

function invalid({ validation = [], validationContext = 'body' }: FastifyError): MillraceError {
  const place = validationContext === 'body' ? [] : [validationContext]
  const reasons = new Map<string, Set<string>>()
  const add = (path: readonly string[], reason: string): void => {
    const at = [...place, ...path].join('.')
    reasons.set(at, (reasons.get(at) ?? new Set()).add(reason))
  }
  for (const { keyword, instancePath, message = 'is wrong', params } of validation) {
    const path = instancePath.split('/').slice(1)
    const unknown = (params as { readonly additionalProperties?: readonly string[] }).additionalProperties
    // What `anyOf` and a forbidden member say stands in other issues of the same place.
    if (unknown !== undefined) for (const name of unknown) add([...path, name], 'is unknown here')
    else if (keyword !== 'anyOf' && keyword !== 'boolean') add(path, message)
  }
  const issues = [...reasons].map(([path, of]): Issue => issue('REQUEST_FIELD', path, { reason: [...of].join(' or ') }))
  return new MillraceError('REQUEST_INVALID', { count: issues.length }, { issues })
}
