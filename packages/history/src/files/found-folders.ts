import { join } from 'node:path'
import type { Files } from '@millrace/log'
import { nameOfFolder } from './folder-name.ts'
import { StreamFolder } from './stream-folder.ts'

const atOnce = 32

/** The folders of all streams of all tenants; of one that cannot be read `unreadable` is told. */
export async function foundFolders(
  files: Files,
  directory: string,
  unreadable: (tenant: string, stream: string, cause: string) => void = () => {},
): Promise<readonly { readonly tenant: string; readonly folder: StreamFolder }[]> {
  const found: { readonly tenant: string; readonly folder: StreamFolder }[] = []
  for (const tenant of (await files.list(directory)).filter((name) => !name.startsWith('.'))) {
    const streams = await files.list(join(directory, tenant))
    for (let at = 0; at < streams.length; at += atOnce) {
      const open = async (stream: string): Promise<void> => {
        try {
          found.push({ tenant: nameOfFolder(tenant), folder: await StreamFolder.open(files, join(directory, tenant, stream), nameOfFolder(stream), 0) })
        } catch (error) {
          unreadable(nameOfFolder(tenant), nameOfFolder(stream), error instanceof Error ? error.message : String(error))
        }
      }
      await Promise.all(streams.slice(at, at + atOnce).map(open))
    }
  }
  return found
}
