import { join } from 'node:path'
import type { Files } from '@millrace/log'
import { SnapshotStore } from './snapshot-store.ts'

/** Where snapshots lie: a folder a tenant, in it one a job. */
export class SnapshotFolders {
  private readonly files: Files
  private readonly directory: string

  constructor(files: Files, directory: string) {
    this.files = files
    this.directory = directory
  }

  of(tenant: string, job: string): SnapshotStore {
    return new SnapshotStore(this.files, join(this.directory, fileName(tenant), fileName(job)))
  }

  /** Folders of the tenant's jobs that ever had one, as they are called on the disk. */
  list(tenant: string): Promise<readonly string[]> {
    return this.files.list(join(this.directory, fileName(tenant)))
  }

  /** Forgets all of a tenant: nothing of it is left on the disk. */
  async erase(tenant: string): Promise<void> {
    const directory = join(this.directory, fileName(tenant))
    for (const name of await this.list(tenant)) await new SnapshotStore(this.files, join(directory, name)).erase()
    await this.files.removeDirectory(directory)
  }
}

/** A name as file systems keep it apart from others, those that do not tell cases apart included. */
function fileName(name: string): string {
  return name.replace(/[^a-z0-9_-]/g, (character) => [...new TextEncoder().encode(character)].map((byte) => `%${byte.toString(16)}`).join(''))
}
