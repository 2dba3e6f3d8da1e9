import { constants } from 'node:fs'
import { link, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { copyDurable } from './durable-files.ts'

/**
 * Copies the snapshots of all jobs: `jobs/<tenant>/<job>/*.snapshot`, and savepoints. A file never changes under its name, so that a link is a
 * copy; on another file system they are copied, onto the disk. One that is removed meanwhile has a newer beside it, which is looked for until all that were listed were there.
 */
export async function copySnapshots(from: string, to: string): Promise<void> {
  for (const tenant of await namesIn(from)) {
    for (const job of await namesIn(join(from, tenant))) {
      while (!(await copyJob(join(from, tenant, job), join(to, tenant, job))));
    }
  }
}

/** False: one of the files was gone. */
async function copyJob(from: string, to: string): Promise<boolean> {
  const names = (await namesIn(from)).filter((name) => /\.(snapshot|savepoint)$/.test(name))
  if (names.length > 0) await mkdir(to, { recursive: true })
  for (const name of names) if (!(await linkOrCopy(join(from, name), join(to, name)))) return false
  return true
}

async function linkOrCopy(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return true
    if (code === 'ENOENT') return false
  }
  try {
    await copyDurable(from, to, constants.COPYFILE_FICLONE)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}
