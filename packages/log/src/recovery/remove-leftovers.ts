import { join } from 'node:path'
import { removeIfThere } from '../files/durable.ts'
import type { Files } from '../files/files.ts'
import { journalNumber } from '../journal/layout.ts'
import type { Manifest } from '../state/manifest.ts'
import { checkpointNumber } from '../state/release-journals.ts'

/** Removes what a crash kept from being removed: journals that the manifest left behind, checkpoints that it does not name. */
export async function removeLeftovers(files: Files, directory: string, manifest: Manifest): Promise<void> {
  const named = new Set(manifest.journals.map(({ number }) => number))
  for (const name of await files.list(join(directory, 'journals'))) {
    const number = journalNumber(name)
    if (number !== null && number < manifest.nextJournal && !named.has(number)) await removeIfThere(files, join(directory, 'journals'), name)
  }
  for (const name of await files.list(directory)) {
    if (checkpointNumber(name) !== null && name !== manifest.producers) await removeIfThere(files, directory, name)
  }
}
