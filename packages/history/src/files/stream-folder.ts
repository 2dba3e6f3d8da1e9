import { dirname, join } from 'node:path'
import type { Files } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import { emptyManifest, type Manifest } from './manifest.ts'

const manifestName = 'manifest.json'
const newName = 'manifest.new'

/**
 * The folder of one stream: Parquet files by day, and the manifest that says which of them count. Files that it does not name are
 * leftovers of a crash or no longer needed; they are removed before the first file is written, or once no query reads them.
 */
export class StreamFolder {
  manifest: Manifest
  readonly directory: string
  private readonly files: Files
  /** Queries that read files of the folder. */
  private readers = 0
  private outdated: string[] = []
  private prepared = false

  private constructor(files: Files, directory: string, manifest: Manifest) {
    this.files = files
    this.directory = directory
    this.manifest = manifest
  }

  /** Nothing is made or changed yet. `position`: where a stream begins that the history does not know yet. */
  static async open(files: Files, directory: string, stream: string, position: number): Promise<StreamFolder> {
    const manifest = (await readManifest(files, directory)) ?? emptyManifest(stream, position)
    return new StreamFolder(files, directory, manifest)
  }

  pathOf(file: string): string {
    return join(this.directory, file)
  }

  /** Before anything is written: removes what a crash left, and makes the folder's own name durable. */
  async prepare(): Promise<void> {
    if (this.prepared) return
    await this.files.makeDirectory(this.directory)
    for (const above of [dirname(this.directory), dirname(dirname(this.directory))]) await this.files.syncDirectory(above)
    const named = new Set([...this.manifest.files.map(({ path }) => path), ...this.outdated])
    for (const day of (await this.files.list(this.directory)).filter((name) => name.startsWith('day='))) {
      for (const name of await this.files.list(join(this.directory, day))) {
        if (!named.has(`${day}/${name}`)) await this.files.remove(join(this.directory, day, name))
      }
      await this.files.removeDirectory(join(this.directory, day)).catch(ignoreNotEmpty)
    }
    this.prepared = true
  }

  /** Makes files that are about to be named durable: their bytes and their names. */
  async sync(paths: readonly string[]): Promise<void> {
    for (const path of paths) await syncFile(this.files, this.pathOf(path))
    for (const day of new Set(paths.map((path) => dirname(this.pathOf(path))))) await this.files.syncDirectory(day)
    await this.files.syncDirectory(this.directory)
  }

  /** From now on, and after any crash, this is what the history holds. Files no longer named go as soon as nobody reads them. */
  async replace(manifest: Manifest): Promise<void> {
    await this.prepare()
    try {
      await this.writeManifest(this.directory, manifest)
    } catch (error) {
      // It may be durable nevertheless: the files that it names are not written over.
      this.manifest = { ...this.manifest, nextFile: manifest.nextFile }
      throw error
    }
    const named = new Set(manifest.files.map((kept) => kept.path))
    this.outdated.push(...this.manifest.files.filter((kept) => !named.has(kept.path)).map((kept) => kept.path))
    this.manifest = manifest
    if (this.readers === 0) await this.removeOutdated()
  }

  /** A manifest, durable, in a folder. */
  async writeManifest(directory: string, manifest = this.manifest): Promise<void> {
    const path = join(directory, newName)
    await this.files.remove(path).catch(ignoreMissing)
    const file = await this.files.open(path, 'create')
    try {
      await file.write([new TextEncoder().encode(JSON.stringify(manifest))], 0)
      await file.sync()
    } finally {
      await file.close()
    }
    await this.files.rename(path, join(directory, manifestName))
    await this.files.syncDirectory(directory)
  }

  /** Keeps all files of now until the answered function is called. */
  hold(): { readonly manifest: Manifest; readonly release: () => Promise<void> } {
    this.readers++
    const release = async (): Promise<void> => {
      if (--this.readers === 0) await this.removeOutdated()
    }
    return { manifest: this.manifest, release }
  }

  private async removeOutdated(): Promise<void> {
    const paths = this.outdated
    this.outdated = []
    for (const path of paths) {
      await this.files.remove(this.pathOf(path)).catch(ignoreMissing)
      await this.files.removeDirectory(dirname(this.pathOf(path))).catch(ignoreNotEmpty)
    }
  }
}

/** The manifest of a folder; null: it has none yet. */
async function readManifest(files: Files, directory: string): Promise<Manifest | null> {
  if (!(await files.list(directory)).includes(manifestName)) return null
  const file = await files.open(join(directory, manifestName), 'read')
  try {
    const bytes = new Uint8Array(await file.size())
    await file.read(bytes, 0)
    const manifest = JSON.parse(new TextDecoder().decode(bytes)) as Manifest
    if (manifest.format === 1) return manifest
    throw new Error(`its format is ${manifest.format}`)
  } catch (cause) {
    throw new MillraceError('HISTORY_MANIFEST_UNREADABLE', { directory, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  } finally {
    await file.close()
  }
}

async function syncFile(files: Files, path: string): Promise<void> {
  const file = await files.open(path, 'read')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

function ignoreNotEmpty(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
}
