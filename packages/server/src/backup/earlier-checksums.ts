import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type KnownChecksum, readManifest } from './backup-manifest.ts'

/**
 * Checksums that an earlier backup has: a file that is a link to the same one there never changed, and need not be read again, however large
 * all of them are. `earlier` null: there is none.
 */
export async function earlierChecksums(earlier: string | null, folder: string): Promise<KnownChecksum> {
  if (earlier === null) return () => null
  const { files } = await readManifest(earlier)
  const checksums = new Map(files.map(({ path, crc32 }) => [path, crc32]))
  return async (path) => ((await isSame(join(earlier, path), join(folder, path))) ? (checksums.get(path) ?? null) : null)
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path, { bigint: true }).catch(() => null)))
  return a != null && b != null && a.ino !== 0n && a.ino === b.ino && a.dev === b.dev
}
