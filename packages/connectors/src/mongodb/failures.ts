import { MillraceError } from '@millrace/plan'
import { MongoServerError } from 'mongodb'
import { lost, refused } from '../failures.ts'
import { networkFailure } from '../stores/network-failures.ts'
import { shortened } from '../stores/shortened.ts'

/** Of logins, rights, names, and what the server does not do. */
const ofSettings = new Set<unknown>([2, 9, 11, 13, 18, 20, 59, 72, 73, 115, 166, 8000])
const noPrimary = new Set<unknown>([10107, 13435])
/** A document that is too large, that a rule of the collection or one of its indexes refuses. */
const ofRows = new Set<unknown>([15, 52, 56, 57, 121, 171, 10334, 11000, 16755, 17280, 17419, 17420])

/** What to throw for what the library threw. */
export function failureOf(place: string, error: unknown): Error {
  if (error instanceof MillraceError) return error
  if (!(error instanceof MongoServerError)) return networkFailure('MongoDB', place, error)
  if (noPrimary.has(error.code)) return lost('MongoDB', `${place} is not the primary: name all servers, and the replica set`, error)
  const reason = shortened(`${place}: ${error.message} (${error.code ?? error.codeName})`)
  return ofSettings.has(error.code) ? refused('MongoDB', reason, error) : lost('MongoDB', reason, error)
}

export interface RowError {
  readonly code?: number
  readonly errmsg?: string
}

/** Whether the document itself is why. Two writers that make the same one at once are told that its id is there. */
export function isOfRow({ code, errmsg }: RowError): boolean {
  return ofRows.has(code) && !/index: _id_/.test(errmsg ?? '')
}
