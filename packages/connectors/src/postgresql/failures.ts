import { MillraceError } from '@millrace/plan'
import { DatabaseError } from 'pg'
import { lost, refused } from '../failures.ts'
import { networkFailure } from '../stores/network-failures.ts'
import { shortened } from '../stores/shortened.ts'

/** PostgreSQL will never take a row of the statement. */
export class RowFault extends Error {}

/**
 * By SQLSTATE (appendix A of PostgreSQL's documentation). Rows: 22 data, 23 constraints, 54000 a row or a key too large. Somebody has to change
 * something: 28 logins, 3D and 3F what is missing, 42 names, types and rights, 0A what it does not do, 25006 it only reads.
 */
const ofRows = /^(22|23|54000)/
const ofSettings = /^(28|3D|3F|42|0A|25006|54011)/

/** Of what inserting rows failed with. */
export function throwRowFault(error: unknown): never {
  if (error instanceof DatabaseError && ofRows.test(error.code ?? '')) throw new RowFault(shortened(textOf(error)), { cause: error })
  throw error
}

/** What to throw for what the library threw. */
export function failureOf(place: string, error: unknown): Error {
  if (error instanceof MillraceError || error instanceof RowFault) return error
  if (!(error instanceof DatabaseError)) return ofConnection(place, error)
  const code = error.code ?? ''
  const reason = shortened(`${place}: ${error.message} (${code})`)
  return ofSettings.test(code) ? refused('PostgreSQL', reason, error) : lost('PostgreSQL', reason, error)
}

function textOf({ message, detail }: DatabaseError): string {
  return detail === undefined ? message : `${message}: ${detail}`
}

/** The library says these in words only. */
const ofLogin = /does not support SSL|SASL|password must be/

function ofConnection(place: string, error: unknown): Error {
  if (error instanceof Error && ofLogin.test(error.message)) return refused('PostgreSQL', shortened(`${place}: ${error.message}`), error)
  return networkFailure('PostgreSQL', place, error)
}
