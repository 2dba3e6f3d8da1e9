import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { MillraceError } from '@millrace/plan'

const secretBytes = 32

/**
 * The secret that hashes of keys are made with: without it, a copy of the control database does not help to guess keys.
 * Made where there is none and no key needs it. Errors: SERVER_SECRET_MISSING.
 */
export function serverSecret(file: string, keysExist: boolean): Buffer {
  if (existsSync(file)) {
    const secret = readFileSync(file)
    if (secret.length === secretBytes) return secret
  }
  if (keysExist) throw new MillraceError('SERVER_SECRET_MISSING', { file })
  return makeSecret(file)
}

function makeSecret(file: string): Buffer {
  const secret = randomBytes(secretBytes)
  const unfinished = `${file}.unfinished`
  rmSync(unfinished, { force: true })
  const handle = openSync(unfinished, 'wx', 0o600)
  try {
    writeSync(handle, secret)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(unfinished, file)
  // Keys are useless without it: it is on the disk before the first of them.
  const folder = openSync(dirname(file), 'r')
  fsyncSync(folder)
  closeSync(folder)
  return secret
}
