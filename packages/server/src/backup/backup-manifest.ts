import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { crc32 } from 'node:zlib'
import { type Issue, issue, MillraceError } from '@millrace/plan'

/** What a backup holds, and how to know that it is whole: `backup.json`, written last. */
export interface BackupManifest {
  readonly format: 1
  readonly createdMs: number
  readonly tookMs: number
  /** Log time of the newest entry, ms. */
  readonly logMs: number
  readonly tenants: number
  readonly files: readonly BackupFile[]
}

export interface BackupFile {
  /** Within the backup, with `/`. */
  readonly path: string
  readonly bytes: number
  /** Null: a file of the log in a backup of an earlier version. */
  readonly crc32: number | null
}

export const manifestName = 'backup.json'
const readBytes = 1 << 20
const mostIssues = 50

/** The checksum of a file, by its path in the backup; null: nobody has read it yet. */
export type KnownChecksum = (path: string) => Promise<number | null> | number | null

/** All files of a folder, but for a manifest; those whose checksum is known are not read. */
export async function listFiles(folder: string, known: KnownChecksum): Promise<readonly BackupFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const files: BackupFile[] = []
  for (const path of paths.sort()) {
    const name = relative(folder, path).split(sep).join('/')
    if (name !== manifestName) files.push({ path: name, bytes: (await stat(path)).size, crc32: (await known(name)) ?? (await checksumOf(path)) })
  }
  return files
}

/** Errors: BACKUP_UNKNOWN. */
export async function readManifest(folder: string): Promise<BackupManifest> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as BackupManifest
    if (manifest.format !== 1 || !Array.isArray(manifest.files)) throw new Error('it is of another version')
    return manifest
  } catch (cause) {
    throw new MillraceError('BACKUP_UNKNOWN', { folder, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}

/** Whether all files are there and as they were. Errors: BACKUP_UNKNOWN, BACKUP_DAMAGED with an issue a file. */
export async function verifyBackup(folder: string): Promise<BackupManifest> {
  const manifest = await readManifest(folder)
  const issues: Issue[] = []
  for (const file of manifest.files) {
    const reason = await damageOf(folder, file)
    if (reason !== null && issues.length < mostIssues) issues.push(issue('BACKUP_FILE', file.path, { file: file.path, reason }))
  }
  if (issues.length > 0) throw new MillraceError('BACKUP_DAMAGED', { folder, count: issues.length }, { issues })
  return manifest
}

async function damageOf(folder: string, { path, bytes, crc32: wanted }: BackupFile): Promise<string | null> {
  try {
    const file = join(folder, ...path.split('/'))
    const { size } = await stat(file)
    if (size !== bytes) return `has ${size} bytes, not ${bytes}`
    return wanted === null || (await checksumOf(file)) === wanted ? null : 'has another content'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : `cannot be read: ${(error as Error).message}`
  }
}

async function checksumOf(path: string): Promise<number> {
  const file = await open(path)
  try {
    const piece = Buffer.alloc(readBytes)
    let sum = 0
    for (let { bytesRead } = await file.read(piece); bytesRead > 0; { bytesRead } = await file.read(piece)) sum = crc32(piece.subarray(0, bytesRead), sum)
    return sum
  } finally {
    await file.close()
  }
}
