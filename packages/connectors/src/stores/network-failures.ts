import { lost, refused } from '../failures.ts'
import { shortened } from './shortened.ts'

/** Of certificates and of what TLS was asked to do: it stays so until somebody changes the settings, or the certificate. */
const tlsCodes = /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|ERR_INVALID_ARG)/

/** For what a socket, or the name of a host, failed with. */
export function networkFailure(system: string, place: string, error: unknown): Error {
  const root = rootOf(error)
  const text = shortened(`${place}: ${root.message === '' ? (root.code ?? 'no connection') : root.message}`)
  return tlsCodes.test(root.code ?? '') ? refused(system, text, error) : lost(system, text, error)
}

interface Coded extends Error {
  readonly code?: string
}

/** The first of several addresses that were tried; what a library wrapped. */
function rootOf(error: unknown): Coded {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0])
  if (error instanceof Error && error.cause instanceof Error) return rootOf(error.cause)
  return error instanceof Error ? error : new Error(String(error))
}
