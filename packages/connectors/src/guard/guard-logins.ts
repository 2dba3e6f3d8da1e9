import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { refused } from '../failures.ts'

/** SCRAM's: servers ask for some thousand. So many take about a second. */
const mostIterations = 1_000_000

/**
 * From now on logins of this thread compute what is reasonable only. A server says how often its password is to be hashed, and Node hashes in
 * the few threads that the whole process reads and writes its files with: one that says four thousand million would stop all tenants.
 */
export function guardLogins(): void {
  const { pbkdf2 } = crypto
  const { deriveBits } = crypto.subtle
  crypto.pbkdf2 = (password, salt, iterations, ...more) => {
    demandFew(iterations)
    pbkdf2(password, salt, iterations, ...more)
  }
  crypto.subtle.deriveBits = async (algorithm, ...more) => {
    if (typeof algorithm === 'object' && 'iterations' in algorithm) demandFew(algorithm.iterations ?? 0)
    return await Reflect.apply(deriveBits, crypto.subtle, [algorithm, ...more])
  }
  // Libraries import it by name.
  syncBuiltinESMExports()
}

/** Errors: CONNECTOR_REFUSED. */
function demandFew(iterations: number): void {
  if (iterations > mostIterations)
    throw refused('The login', `the server asks for ${iterations} iterations of the password's hash, more than ${mostIterations}`)
}
