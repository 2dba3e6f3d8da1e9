import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { MillraceError } from '@millrace/plan'
import { seedOf } from '../checksum.ts'
import type { LogEvent } from '../events.ts'
import { replaceFile } from '../files/durable.ts'
import type { Files } from '../files/files.ts'
import { newState } from '../state/log-state.ts'
import { type Manifest, manifestOf } from '../state/manifest.ts'
import { encodeManifest, manifestPath, readManifest } from '../state/manifest-file.ts'

/** The manifest of a log; where there is neither one nor journals, that of a new log, which is there then. */
export async function readOrBegin(files: Files, directory: string, report: (event: LogEvent) => void): Promise<Manifest> {
  const file = manifestPath(directory)
  const found = await readManifest(files, directory)
  if (found === null) return begin(files, directory)
  if (!found.whole) report({ kind: 'damage', file, offset: 0, bytes: found.bytes, rows: 0, what: 'one copy of the manifest; the other is whole' })
  return found.manifest
}

async function begin(files: Files, directory: string): Promise<Manifest> {
  const file = manifestPath(directory)
  const journals = await files.list(join(directory, 'journals'))
  if (journals.length > 0) throw new MillraceError('LOG_DAMAGED', { directory, file, reason: 'it is missing, but there are journals' })
  const id = randomBytes(8)
  const manifest = manifestOf(newState(id, seedOf(id)))
  await replaceFile(files, file, await encodeManifest(manifest))
  return manifest
}
