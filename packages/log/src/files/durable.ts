import { dirname, join } from 'node:path'
import type { File, Files } from './files.ts'

/** Makes a directory that a loss of power does not take away. */
export async function makeDurableDirectory(files: Files, path: string): Promise<void> {
  const parent = dirname(path)
  if (parent === path) return
  const above = await files.list(parent)
  if (above.length === 0 && parent !== dirname(parent)) await makeDurableDirectory(files, parent)
  await files.makeDirectory(path)
  await files.syncDirectory(parent)
}

/** A new file with its content, synced; its name is durable once its directory is synced. What stood there is replaced. */
export async function writeSyncedFile(files: Files, path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await createAnew(files, path)
  try {
    await file.write(parts, 0)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Replaces the file at `path` at once: a reader sees the old content or the new, also after a loss of power. */
export async function replaceFile(files: Files, path: string, parts: readonly Uint8Array[]): Promise<void> {
  await writeSyncedFile(files, `${path}.new`, parts)
  await files.rename(`${path}.new`, path)
  await files.syncDirectory(dirname(path))
}

/** The whole content; null where there is no such file. */
export async function readWhole(files: Files, path: string): Promise<Uint8Array | null> {
  const file = await openExisting(files, path)
  if (file === null) return null
  try {
    const bytes = new Uint8Array(await file.size())
    return bytes.subarray(0, await file.read(bytes, 0))
  } finally {
    await file.close()
  }
}

export async function openExisting(files: Files, path: string): Promise<File | null> {
  try {
    return await files.open(path, 'read')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

export async function createAnew(files: Files, path: string): Promise<File> {
  try {
    return await files.open(path, 'create')
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    await files.remove(path)
    return files.open(path, 'create')
  }
}

/** Names below a directory that may be missing already. */
export async function removeIfThere(files: Files, directory: string, name: string): Promise<void> {
  try {
    await files.remove(join(directory, name))
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}

/** ENOSPC, EROFS ...; empty where the error has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}
