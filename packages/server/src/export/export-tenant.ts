import { randomUUID } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { History } from '@millrace/history'
import type { Log } from '@millrace/log'
import type { Control } from '../control/control.ts'
import { Encoders } from '../live/reading/encoders.ts'
import { exportedRows } from './exported-rows.ts'
import { exportedStream } from './exported-streams.ts'
import { exportedTables } from './exported-tables.ts'
import type { ArchiveFile } from './tar-stream.ts'

export interface ExportContext {
  readonly log: Log
  readonly control: Control
  readonly history: Pick<History, 'copyTenantTo'>
  /** For links to files of the history while they are read; removed afterwards. */
  readonly folder: string
}

interface Exported {
  readonly path: string
  readonly rows?: number
  readonly bytes: number
}

/**
 * All that is kept of a tenant, but for secrets: what the control database holds (declarations, versions of apps, audit ...), records, dead letters,
 * results, late records, and the files of the history. Rows that were acknowledged before the call are in it. `export.json`
 * comes last and lists all files: an archive without it broke off. Throws once `signal` is aborted.
 */
export async function* exportTenant({ log, control, history, folder }: ExportContext, tenant: string, signal: AbortSignal): AsyncGenerator<ArchiveFile> {
  const createdMs = Date.now()
  const position = log.nextSequence(tenant)
  const files: Exported[] = []
  const encoders = new Encoders()
  for await (const { rows, ...file } of exportedTables(control, tenant, signal)) {
    files.push(listed(file, rows))
    yield file
  }
  for (const { stream } of log.streams(tenant)) {
    const exported = exportedStream(control, tenant, stream)
    if (exported === null) continue
    for await (const { rows, ...file } of exportedRows(log, exported, position, encoders, signal)) {
      files.push(listed(file, rows))
      yield file
    }
  }
  for await (const file of historyFiles(history, tenant, folder)) {
    files.push(listed(file))
    yield file
  }
  yield { name: 'export.json', bytes: Buffer.from(JSON.stringify({ format: 1, tenant, createdMs, position, files })) }
}

function listed(file: ArchiveFile, rows?: number): Exported {
  return { path: file.name, rows, bytes: 'bytes' in file ? file.bytes.length : file.size }
}

async function* historyFiles(history: ExportContext['history'], tenant: string, folder: string): AsyncGenerator<ArchiveFile> {
  const links = join(folder, randomUUID())
  try {
    await history.copyTenantTo(tenant, links)
    const entries = await readdir(links, { recursive: true, withFileTypes: true })
    for (const { parentPath, name } of entries.filter((entry) => entry.isFile())) {
      const file = join(parentPath, name)
      // The first folder is the tenant's.
      const path = relative(links, file).split(sep).slice(1).join('/')
      yield { name: `history/${path}`, file, size: (await stat(file)).size }
    }
  } finally {
    await rm(links, { recursive: true, force: true })
  }
}
