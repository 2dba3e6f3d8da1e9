import { cliErrors } from './errors/cli.ts'
import { columnsErrors } from './errors/columns.ts'
import { connectorErrors } from './errors/connectors.ts'
import { engineErrors } from './errors/engine.ts'
import type { ErrorEntry } from './errors/entry.ts'
import { formatsErrors } from './errors/formats.ts'
import { historyErrors } from './errors/history.ts'
import { jobsErrors } from './errors/jobs.ts'
import { logErrors } from './errors/log.ts'
import { planErrors } from './errors/plan.ts'
import { sdkErrors } from './errors/sdk.ts'
import { serverErrors } from './errors/server.ts'
import { streamsAndAppsErrors } from './errors/streams-and-apps.ts'
import { testingErrors } from './errors/testing.ts'
import { waysErrors } from './errors/ways.ts'

const entries = {
  ...planErrors,
  ...columnsErrors,
  ...sdkErrors,
  ...formatsErrors,
  ...engineErrors,
  ...logErrors,
  ...jobsErrors,
  ...serverErrors,
  ...streamsAndAppsErrors,
  ...waysErrors,
  ...connectorErrors,
  ...historyErrors,
  ...testingErrors,
  ...cliErrors,
} as const satisfies Readonly<Record<string, ErrorEntry>>

export type ErrorCode = keyof typeof entries
/** Every error of the product, by code: docs/errors.md lists them for users. */
export const catalogue: Readonly<Record<ErrorCode, ErrorEntry>> = entries
export type ErrorContext = Readonly<Record<string, string | number | boolean | null | undefined>>

/** One thing wrong with what a user wrote; checks return all of them, not the first. */
export interface Issue {
  readonly code: ErrorCode
  /** Where: `operators.3.where.args.0`. */
  readonly path: string
  readonly message: string
}

/** An error a user can act on. `code` is stable, the texts are for people. */
export class MillraceError extends Error {
  readonly code: ErrorCode
  readonly action: string
  readonly context: ErrorContext
  /** All that is wrong, where a check found several things. */
  readonly issues: readonly Issue[]

  constructor(code: ErrorCode, context: ErrorContext = {}, more: { issues?: readonly Issue[]; cause?: unknown } = {}) {
    super(fill(catalogue[code].message, context), more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'MillraceError'
    this.code = code
    this.action = fill(catalogue[code].action, context)
    this.context = context
    this.issues = more.issues ?? []
  }
}

/** An issue with its text from the catalogue: message, then what to do. */
export function issue(code: ErrorCode, path: string, context: ErrorContext = {}): Issue {
  const entry = catalogue[code]
  return { code, path, message: `${fill(entry.message, context)} ${fill(entry.action, context)}` }
}

function fill(text: string, context: ErrorContext): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in context ? String(context[name]) : whole))
}
