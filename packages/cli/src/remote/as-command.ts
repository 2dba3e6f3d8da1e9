import { RequestFailed } from '@millrace/api'

/** What to do about an error of the API, for one who asked by the command: there headers are options. */
const actions: Readonly<Record<string, string>> = {
  KEY_REQUIRED: 'The key of this profile is unknown, revoked or past its time: log in with another one (millrace login URL --profile NAME).',
  TENANT_MISSING: 'Say whose things are meant with --tenant NAME; millrace tenants list shows who there is.',
}

export function asCommand(failure: unknown): unknown {
  const detail = failure instanceof RequestFailed ? actions[failure.code] : undefined
  if (!(failure instanceof RequestFailed) || detail === undefined) return failure
  const { message: title, status, code, issues } = failure
  return new RequestFailed({ title, detail, status, code, issues }, { cause: failure })
}
