import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Backup } from '@millrace/api/schemas'
import type { Log, LogCopy, Pin } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { Control } from '../control/control.ts'
import { defaultPageLimit, type Page, type PageRequest, pageOf } from '../control/page.ts'
import { type BackupManifest, listFiles, manifestName, readManifest } from './backup-manifest.ts'
import type { Changes } from './changes.ts'
import { copySnapshots } from './copy-snapshots.ts'
import { copyDurable, syncFolders, syncPath, writeDurable } from './durable-files.ts'
import { earlierChecksums } from './earlier-checksums.ts'

export interface BackupsOptions {
  /** Where backups go, each in a folder of its own; null: there are none. */
  readonly folder: string | null
  /** The server's data. */
  readonly data: string
  readonly log: Log
  readonly control: Control
  readonly changes: Changes
}

/** Copies what a part keeps beside the log into `folder`, calls `copyLog`, and holds still until that is done. */
export type CopyAround = (folder: string, copyLog: () => Promise<void>) => Promise<void>

const pinPrefix = '$backup/'
const unfinished = '.unfinished'
const unfinishedName = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.unfinished$/
const logPrefix = 'log/'

/**
 * Backups of all that the server keeps, made while it goes on. What stands beside the log is copied before it and so never newer than its copy; what it
 * still needs of the log is pinned meanwhile, and nobody changes streams, apps or keys: the copy is as the server would be after a crash at one instant.
 */
export class Backups {
  private readonly options: BackupsOptions
  private readonly arounds: CopyAround[] = []
  private running = false

  constructor(options: BackupsOptions) {
    this.options = options
  }

  /** Something else to be copied with the log. */
  around(copy: CopyAround): void {
    this.arounds.push(copy)
  }

  /** Resolves when the backup is whole and on the disk. Errors: BACKUP_FOLDER_MISSING, BACKUP_RUNS, BACKUP_FAILED. */
  async create(): Promise<Backup> {
    const folder = this.folder()
    if (this.running) throw new MillraceError('BACKUP_RUNS')
    this.running = true
    const name = nameOf(Date.now())
    try {
      await this.removeUnfinished(folder)
      return shown(name, await this.write(folder, name))
    } catch (cause) {
      await rm(join(folder, name + unfinished), { recursive: true, force: true }).catch(() => {})
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new MillraceError('BACKUP_FAILED', { folder, reason }, { cause })
    } finally {
      this.running = false
    }
  }

  /** The newest first. Errors: BACKUP_FOLDER_MISSING. */
  async list(page: PageRequest): Promise<Page<Backup>> {
    const folder = this.folder()
    const { after, limit = defaultPageLimit } = page
    const names = (await readdir(folder).catch(() => [])).filter((name) => !name.endsWith(unfinished) && (after === undefined || name < after))
    const found: Backup[] = []
    for (const name of names.sort().reverse()) {
      // Whatever else the operator keeps there is no backup.
      const manifest = await readManifest(join(folder, name)).catch(() => null)
      if (manifest !== null) found.push(shown(name, manifest))
      if (found.length > limit) break
    }
    return pageOf(found, page, ({ name }) => name)
  }

  /** Pins that a backup left which was ended by force, or that came with a copy. */
  async releasePins(): Promise<void> {
    const { log } = this.options
    for (const tenant of log.tenants()) for (const { name } of log.pins(tenant)) if (name.startsWith(pinPrefix)) await log.unpin(tenant, name)
  }

  /** Folder of the newest backup; null: there is none. */
  private async newest(folder: string): Promise<string | null> {
    const [newest] = (await this.list({ limit: 1 })).items
    return newest === undefined ? null : join(folder, newest.name)
  }

  private folder(): string {
    const { folder } = this.options
    if (folder === null) throw new MillraceError('BACKUP_FOLDER_MISSING')
    return resolve(folder)
  }

  /** What a crash left: no other backup is made meanwhile. */
  private async removeUnfinished(folder: string): Promise<void> {
    const names = await readdir(folder).catch(() => [])
    for (const name of names.filter((one) => unfinishedName.test(one))) await rm(join(folder, name), { recursive: true, force: true })
  }

  private async write(folder: string, name: string): Promise<BackupManifest> {
    const began = performance.now()
    const createdMs = Date.now()
    const target = join(folder, name + unfinished)
    await mkdir(target, { recursive: true, mode: 0o700 })
    const { lastMs, checksums } = await this.options.changes.frozenWhile(() => this.copy(target))
    const earlier = await earlierChecksums(await this.newest(folder), target)
    const files = await listFiles(target, (path) => (path.startsWith(logPrefix) ? checksums.get(path.slice(logPrefix.length)) : null) ?? earlier(path))
    await syncFolders(target)
    const tenants = Number(this.options.control.one('SELECT count(*) AS count FROM tenants')?.['count'])
    const manifest: BackupManifest = { format: 1, createdMs, tookMs: Math.round(performance.now() - began), logMs: lastMs, tenants, files }
    await writeDurable(join(target, manifestName), JSON.stringify(manifest))
    await syncPath(target)
    await rename(target, join(folder, name))
    await syncPath(folder)
    return manifest
  }

  private async copy(target: string): Promise<LogCopy> {
    const { data, log, control } = this.options
    const pins = await this.pinned()
    try {
      await copySnapshots(join(data, 'jobs'), join(target, 'jobs'))
      // Before the log: what this database derives from it goes no further than the log's copy, and is found in it again.
      await control.copyTo(join(target, 'control.sqlite'))
      const copied = await this.copyAround(target)
      await copyDurable(join(data, 'server.secret'), join(target, 'server.secret'))
      return copied
    } finally {
      for (const { tenant, name } of pins) await log.unpin(tenant, name)
    }
  }

  /** The log, within everything that is to be copied around it. */
  private async copyAround(target: string): Promise<LogCopy> {
    let copied: LogCopy | null = null
    const copyLog = async (): Promise<void> => {
      copied = await this.options.log.copyTo(join(target, 'log'))
    }
    await this.arounds.reduceRight<() => Promise<void>>((inner, copy) => () => copy(target, inner), copyLog)()
    if (copied === null) throw new Error('the log was not copied')
    return copied
  }

  /** What jobs and others need of the log now is kept until the copy has it, though they go on meanwhile. */
  private async pinned(): Promise<readonly Pin[]> {
    const { log } = this.options
    const all = log.tenants().flatMap((tenant) => log.pins(tenant))
    const own = all.filter(({ name }) => !name.startsWith(pinPrefix)).map((pin) => ({ ...pin, name: pinPrefix + pin.name }))
    for (const pin of own) await log.pin(pin)
    return own
  }
}

/** As a folder may be called, in the order of time: `2026-11-23T10-40-00.000Z`. */
function nameOf(ms: number): string {
  return new Date(ms).toISOString().replaceAll(':', '-')
}

function shown(name: string, { createdMs, tookMs, logMs, tenants, files }: BackupManifest): Backup {
  return { name, createdMs, tookMs, logMs: Math.max(0, logMs), tenants, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }
}
