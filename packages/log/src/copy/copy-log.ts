import { join, resolve } from 'node:path'
import { MillraceError } from '@millrace/plan'
import { reasonOf } from '../failures.ts'
import { makeDurableDirectory, openExisting, replaceFile } from '../files/durable.ts'
import type { Files } from '../files/files.ts'
import { journalName } from '../journal/layout.ts'
import type { LogCopy } from '../log.ts'
import { segmentsFolder } from '../segment/segment-series.ts'
import type { LogState } from '../state/log-state.ts'
import { encodeManifest, manifestPath } from '../state/manifest-file.ts'
import { CopiedFiles } from './copied-files.ts'
import { type Picture, pictureOf } from './picture.ts'

/** Copies a log as it is at one instant; nothing is removed from its folder meanwhile. */
export async function copyLog(files: Files, from: string, state: LogState, directory: string): Promise<LogCopy> {
  const to = resolve(directory)
  state.copies++
  try {
    if ((await files.list(to)).length > 0) throw new Error('it is not empty')
    return await copyPicture(files, from, await pictureOf(state), to)
  } catch (cause) {
    throw new MillraceError('LOG_COPY', { directory: to, reason: reasonOf(cause) }, { cause })
  } finally {
    state.copies--
  }
}

async function copyPicture(files: Files, from: string, { manifest, openJournal }: Picture, to: string): Promise<LogCopy> {
  await makeDurableDirectory(files, to)
  const copied = new CopiedFiles(files, to)
  for (const { file, bytes } of segmentsOf(manifest)) await copied.add(join(from, segmentsFolder, file), join(to, segmentsFolder, file), bytes)
  for (const { number, bytes } of manifest.journals) {
    const name = join('journals', journalName(number))
    await copied.add(join(from, name), join(to, name), bytes, number !== openJournal)
  }
  if (manifest.producers !== null)
    await copied.add(join(from, manifest.producers), join(to, manifest.producers), await sizeOf(files, join(from, manifest.producers)))
  await copied.sync()
  const content = await encodeManifest(manifest)
  await replaceFile(files, manifestPath(to), content)
  const { commit, lastMs } = manifest
  return { commit, lastMs, files: copied.files + 1, bytes: copied.bytes + content.reduce((sum, { length }) => sum + length, 0), checksums: copied.checksums }
}

function* segmentsOf({ tenants }: Picture['manifest']): Generator<{ readonly file: string; readonly bytes: number }> {
  for (const { streams } of tenants) for (const { segments } of streams) yield* segments
}

async function sizeOf(files: Files, path: string): Promise<number> {
  const file = await openExisting(files, path)
  try {
    return (await file?.size()) ?? 0
  } finally {
    await file?.close()
  }
}
