import { join } from 'node:path'
import { MillraceError } from '@millrace/plan'
import { readWhole, replaceFile } from '../files/durable.ts'
import type { Files } from '../files/files.ts'
import { seal, unseal } from '../sealed.ts'
import type { LogState } from './log-state.ts'
import { type Manifest, manifestMagic, manifestOf } from './manifest.ts'

/** Saves the manifest: one writing at a time, and who asks while one is under way shares the next. */
export class ManifestFile {
  readonly #files: Files
  readonly #path: string
  readonly #state: LogState
  #writing: Promise<void> = Promise.resolve()
  #next: Promise<void> | null = null

  constructor(files: Files, directory: string, state: LogState) {
    this.#files = files
    this.#path = manifestPath(directory)
    this.#state = state
  }

  /** Resolves once the state as it is now (or later) is durable. */
  save(): Promise<void> {
    this.#next ??= this.#writing.then(() => {
      this.#next = null
      const write = encodeManifest(manifestOf(this.#state)).then((content) => replaceFile(this.#files, this.#path, content))
      this.#writing = write.catch(() => {})
      return write
    })
    return this.#next
  }
}

export function encodeManifest(manifest: Manifest): Promise<readonly Uint8Array[]> {
  return seal(manifestMagic, [Buffer.from(JSON.stringify(manifest))])
}

/** The manifest of a folder, and whether both of its copies are whole; null: there is none. */
export async function readManifest(
  files: Files,
  directory: string,
): Promise<{ readonly manifest: Manifest; readonly whole: boolean; readonly bytes: number } | null> {
  const bytes = await readWhole(files, manifestPath(directory))
  if (bytes === null) return null
  const opened = unseal(manifestMagic, bytes)
  if (opened === null) throw new MillraceError('LOG_DAMAGED', { directory, file: manifestPath(directory), reason: 'both copies in it are damaged' })
  const manifest = JSON.parse(Buffer.from(opened.content).toString()) as Manifest
  if (manifest.format !== 1) throw new MillraceError('LOG_FORMAT', { directory, format: manifest.format })
  return { manifest, whole: opened.whole, bytes: bytes.length }
}

export function manifestPath(directory: string): string {
  return join(directory, 'manifest')
}
