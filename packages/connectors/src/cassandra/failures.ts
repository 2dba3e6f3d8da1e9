import { MillraceError } from '@millrace/plan'
import { errors, types } from 'cassandra-driver'
import { lost, refused } from '../failures.ts'
import { networkFailure } from '../stores/network-failures.ts'
import { shortened } from '../stores/shortened.ts'

const codes = types.responseErrorCodes
const ofSettings = new Set<number>([codes.badCredentials, codes.unauthorized, codes.syntaxError, codes.invalid, codes.configError])

/** What to throw for what the library threw. */
export function failureOf(place: string, error: unknown): Error {
  if (error instanceof MillraceError) return error
  const root = rootOf(error)
  if (isOfSettings(root)) return refused('Cassandra', shortened(`${place}: ${root.message}`), error)
  if (root instanceof errors.DriverError) return lost('Cassandra', shortened(`${place}: ${root.message}`), error)
  return networkFailure('Cassandra', place, root)
}

/** Cassandra refuses what was asked, not who asks: where the table is as it should be, the row is why. */
export function isOfRow(error: unknown): error is Error {
  return error instanceof errors.ResponseError && (error.code === codes.invalid || /^Mutation of .* too large/.test(error.message))
}

function isOfSettings(error: Error): boolean {
  if (error instanceof errors.ResponseError) return ofSettings.has(error.code)
  return error instanceof errors.AuthenticationError || error instanceof errors.ArgumentError
}

/** Of hosts that were tried, the first that said something. */
function rootOf(error: unknown): Error {
  if (error instanceof errors.NoHostAvailableError) {
    const said = Object.values<unknown>(error.innerErrors ?? {}).find((inner) => inner instanceof Error)
    return said === undefined ? error : rootOf(said)
  }
  return error instanceof Error ? error : new Error(String(error))
}
