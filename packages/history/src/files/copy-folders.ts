import { dirname, join, relative } from 'node:path'
import type { Files } from '@millrace/log'
import type { StreamFolder } from './stream-folder.ts'

/** Copies what the manifests name, each manifest last: a folder without one holds nothing. */
export async function copyFolders(files: Files, folders: readonly StreamFolder[], from: string, to: string): Promise<void> {
  await files.makeDirectory(to)
  for (const folder of folders) {
    const { manifest, release } = folder.hold()
    const target = join(to, relative(from, folder.directory))
    try {
      await files.makeDirectory(target)
      for (const { path } of manifest.files) {
        await files.makeDirectory(dirname(join(target, path)))
        await linkOrCopy(files, folder.pathOf(path), join(target, path))
      }
      await folder.writeManifest(target)
      for (const { path } of manifest.files) await files.syncDirectory(dirname(join(target, path)))
      for (const above of [target, dirname(target)]) await files.syncDirectory(above)
    } finally {
      await release()
    }
  }
  await files.syncDirectory(to)
}

const copyBytes = 1 << 20

/** Files never change, so that a link is a copy, where there are links. */
async function linkOrCopy(files: Files, from: string, to: string): Promise<void> {
  try {
    await files.link(from, to)
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    await copy(files, from, to)
  }
}

async function copy(files: Files, from: string, to: string): Promise<void> {
  const source = await files.open(from, 'read')
  const target = await files.open(to, 'create')
  try {
    const bytes = new Uint8Array(copyBytes)
    for (let at = 0, read = await source.read(bytes, at); read > 0; at += read, read = await source.read(bytes, at)) {
      await target.write([bytes.subarray(0, read)], at)
    }
    await target.sync()
  } finally {
    await target.close()
    await source.close()
  }
}
