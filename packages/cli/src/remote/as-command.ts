import { RequestFailed } from '@millrace/api'

/** What to do about an error of the API, for one who asked by the command: there headers are options. */
const actions: Readonly<Record<string, string>> = {
  KEY_REQUIRED: 'The key is none, or was revoked, or is past its time: log in with another one (millrace login URL --profile NAME).',
  KEY_SCOPE: 'Ask as somebody who may (--profile NAME), or ask an admin of the tenant for another key.',
  TENANT_MISSING: 'Say whose things are meant with --tenant NAME; millrace tenants list shows who there is.',
}

export function asCommand(failure: unknown): unknown {
  const detail = failure instanceof RequestFailed ? actions[failure.code] : undefined
  if (!(failure instanceof RequestFailed) || detail === undefined) return failure
  const { message: title, status, code, issues } = failure
  return new RequestFailed({ title, detail, status, code, issues }, { cause: failure })
}
