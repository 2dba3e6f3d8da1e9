import { join } from 'node:path'
import { errorCode, removeIfThere } from '../files/durable.ts'
import type { Files } from '../files/files.ts'
import type { LogState } from '../state/log-state.ts'

const ours = /\.segment(\.new)?$/

/**
 * Removes from the folder of segments what no stream names: what a crash left of work that was not finished, or was finished
 * and then replaced. Answers the files, as streams would name them.
 */
export async function removeOrphans(files: Files, directory: string, state: LogState): Promise<readonly string[]> {
  const named = namedFiles(state)
  const removed: string[] = []
  for (const tenant of await namesIn(files, directory)) {
    for (const stream of await namesIn(files, join(directory, tenant))) {
      const folder = `${tenant}/${stream}`
      for (const name of await namesIn(files, join(directory, folder))) {
        if (!ours.test(name) || named.has(`${folder}/${name}`)) continue
        await removeIfThere(files, directory, `${folder}/${name}`)
        removed.push(`${folder}/${name}`)
      }
      if (!named.has(folder)) await removeFolder(files, join(directory, folder))
    }
    if (!named.has(tenant)) await removeFolder(files, join(directory, tenant))
  }
  return removed
}

/** Of what is no folder: none. */
async function namesIn(files: Files, path: string): Promise<readonly string[]> {
  try {
    return await files.list(path)
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') return []
    throw error
  }
}

/** Leaves it where something is in it. */
export async function removeFolder(files: Files, path: string): Promise<void> {
  try {
    await files.removeDirectory(path)
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'ENOENT'].includes(errorCode(error))) throw error
  }
}

/** With the folders that they are in. */
function namedFiles(state: LogState): ReadonlySet<string> {
  const named = new Set<string>()
  for (const { streams } of state.tenants.values()) {
    for (const { segments } of streams.values()) {
      for (const { file } of segments) {
        const [tenant, stream] = file.split('/') as [string, string]
        named.add(file).add(`${tenant}/${stream}`).add(tenant)
      }
    }
  }
  return named
}
