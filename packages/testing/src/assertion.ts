/**
 * The failure of a check, with the stack of the test that called `check`. Not node:assert's: runners print that one's
 * `actual` and `expected` beside the message, which says all already.
 */
export function assertion(message: string, check: (...args: never[]) => unknown): Error {
  const error = new Error(message)
  error.name = 'AssertionError'
  Error.captureStackTrace(error, check)
  return error
}
