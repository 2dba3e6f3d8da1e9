import { copyFile, open, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** On the disk once it resolves, but for its name. */
export async function writeDurable(path: string, content: string, mode = 0o600): Promise<void> {
  await writeFile(path, content, { mode })
  await syncPath(path)
}

export async function copyDurable(from: string, to: string, mode = 0): Promise<void> {
  await copyFile(from, to, mode)
  await syncPath(to)
}

/** Of a folder: the names in it. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The names in a folder and in all folders within. */
export async function syncFolders(folder: string): Promise<void> {
  await syncPath(folder)
  for (const entry of await readdir(folder, { withFileTypes: true })) if (entry.isDirectory()) await syncFolders(join(folder, entry.name))
}
