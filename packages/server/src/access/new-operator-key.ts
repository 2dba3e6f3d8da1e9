import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { MillraceError } from '@millrace/plan'
import { Audit } from '../control/audit.ts'
import { Control } from '../control/control.ts'
import { Keys } from './keys.ts'
import { serverSecret } from './server-secret.ts'

export interface NewOperatorKey {
  /** The operator's other keys are refused from now on. Default: they stay. */
  readonly revokeOthers?: boolean
}

/**
 * A further key of the operator, for one who lost theirs: whoever may write to the data folder is the operator. Works while the
 * server runs, too; connections that were opened with a key revoked here stay until they ask again.
 * Errors: SERVER_DATA_EMPTY, SERVER_SECRET_MISSING, SERVER_CONTROL_NEWER.
 */
export function newOperatorKey(data: string, { revokeOthers = false }: NewOperatorKey = {}): string {
  const directory = resolve(data)
  const file = join(directory, 'control.sqlite')
  if (!existsSync(file)) throw new MillraceError('SERVER_DATA_EMPTY', { directory })
  const control = Control.open(file)
  try {
    const keys = new Keys(control, serverSecret(join(directory, 'server.secret'), true))
    if (revokeOthers) keys.revokeAll(null)
    const { id, secret } = keys.create({ tenant: null, label: 'operator', scopes: ['operator'] })
    const audit = new Audit(control, () => {})
    audit.add({ atMs: Date.now(), tenant: null, keyId: null, address: null, action: 'newOperatorKey', target: `keys/${id}`, result: 'ok' })
    return secret
  } finally {
    control.close()
  }
}
