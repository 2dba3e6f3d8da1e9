import { constants } from 'node:fs'
import { chmod, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { MillraceError } from '@millrace/plan'
import { type BackupManifest, verifyBackup } from './backup-manifest.ts'
import { copyDurable, syncFolders, syncPath } from './durable-files.ts'

export interface Restoration {
  /** Folder of the backup: it stays as it is. */
  readonly backup: string
  /** Data folder to be made: it is not there yet, or empty. A server is started with it afterwards. */
  readonly data: string
}

/**
 * Makes a data folder of a backup, on any machine: the backup is verified first, and the folder is there whole or not at all.
 * Errors: BACKUP_UNKNOWN, BACKUP_DAMAGED with an issue a file, RESTORE_NOT_EMPTY, SERVER_DATA_FOLDER.
 */
export async function restoreBackup({ backup, data }: Restoration): Promise<BackupManifest> {
  const [from, to] = [resolve(backup), resolve(data)]
  if ((await readdir(to).catch(() => [])).length > 0) throw new MillraceError('RESTORE_NOT_EMPTY', { directory: to })
  const manifest = await verifyBackup(from)
  const half = `${to}.restoring`
  try {
    await rm(half, { recursive: true, force: true })
    await mkdir(half, { recursive: true, mode: 0o700 })
    for (const { path } of manifest.files) await copyOne(join(from, ...path.split('/')), join(half, ...path.split('/')))
    await chmod(join(half, 'server.secret'), 0o600)
    await syncFolders(half)
    await rmdir(to).catch(() => {})
    await rename(half, to)
    await syncPath(dirname(to))
  } catch (cause) {
    throw new MillraceError('SERVER_DATA_FOLDER', { directory: to, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
  return manifest
}

async function copyOne(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  await copyDurable(from, to, constants.COPYFILE_FICLONE)
}
