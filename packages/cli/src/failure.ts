import { type Issue, MillraceError } from '@millrace/plan'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { plainLines } from './plain-text.ts'
import { coloured, type Terminal } from './terminal.ts'

/** Tells a failure in words, or as JSON where that was asked for, without a stack unless asked for, and gives the exit code. */
export function reportFailure(failure: unknown, terminal: Terminal): ExitCode {
  const expected = isExpected(failure) ? failure : new MillraceError('CLI_INTERNAL', { reason: reasonOf(failure) })
  terminal.err(terminal.json === true ? `${asJson(expected)}\n` : `${coloured(terminal.errColours, 'red', 'error:')} ${describe(expected)}\n`)
  if (terminal.debug) terminal.err(`\n${stackOf(failure)}\n`)
  return isExpected(failure) ? exitCodeOf(failure) : exitCodes.internal
}

/** One line: what the words say. */
function asJson({ code, message, action, issues = [], status }: ExpectedFailure): string {
  return JSON.stringify({ error: { code, message, action, issues, ...(status === undefined ? {} : { status }) } })
}

/** What an expected failure says. */
export interface ExpectedFailure extends Error {
  readonly code: string
  readonly action: string
  readonly issues?: readonly Issue[]
  /** Of a server's answer; 0: there was none. */
  readonly status?: number
}

/**
 * An app's own copy of the sdk throws a MillraceError of its own class, a server's answer is a RequestFailed: what counts is what it
 * looks like.
 */
export function isExpected(failure: unknown): failure is ExpectedFailure {
  return failure instanceof Error && (failure.name === 'MillraceError' || failure.name === 'RequestFailed') && 'code' in failure
}

/** Message, issues each on a line of its own where the message does not tell them all, what to do, code. */
export function describe({ message, issues = [], action, code }: Omit<ExpectedFailure, 'name'>): string {
  const told = issues.every((issue) => message.includes(issue.message))
  const lines = told ? [message.trimEnd()] : [message, ...issues.map((issue) => `  - ${issueText(issue)}`)]
  if (action) lines.push(`  ${action}`)
  lines.push(`  [${code}]`)
  return plainLines(lines.join('\n'))
}

export function issueText({ code, path, message }: Issue): string {
  return `${path === '' ? '' : `${path}: `}${message} [${code}]`
}

export function reasonOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure)
}

function stackOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure)
  const cause = failure.cause === undefined ? '' : `\ncaused by: ${stackOf(failure.cause)}`
  return `${failure.stack ?? failure.message}${cause}`
}

const usage =
  /^CLI_(NOT_LOGGED_IN|PROFILE_UNKNOWN|CONFIRM|TARGET_HALF|QUERY_|TAIL_UNKNOWN|OPERATOR|INPUT_(FORM|STREAM|NONE|STDIN)|PARAM_|OPTION_|COMMAND_LINE|OUTPUT_(UNKNOWN|MIXED|TAKEN)|STATE_(OPTION|FOREIGN|MIXED)|APP_MISSING|APP_KIND)|^SETTING|^HEADER_VALUE$/
const environment = /^(LOG_|SERVER_|CLI_(MQTT_REFUSED|TCP_REFUSED|PROFILES_UNREADABLE|INPUT_(UNREADABLE|GZIP)|OUTPUT_FAILED|STATE_UNREADABLE))/

function exitCodeOf({ code, status }: ExpectedFailure): ExitCode {
  if (usage.test(code)) return exitCodes.usage
  // Of a server: none answered, or it cannot now. What it refuses is refused.
  if (status !== undefined) return status === 0 || status === 429 || status >= 500 ? exitCodes.environment : exitCodes.refused
  return environment.test(code) ? exitCodes.environment : exitCodes.refused
}
