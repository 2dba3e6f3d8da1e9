import { mkdirSync } from 'node:fs'
import { MillraceError } from '@millrace/plan'
import type { OpenPart } from '../platform-ground.ts'
import { FolderIntake } from './folder/folder-intake.ts'
import { folders } from './folder/stream-folder.ts'

/** Records in by files, where a folder is set. Errors: SERVER_DATA_FOLDER. */
export const openFolder: OpenPart = async ({ erasure, intake, log, logger, refusals, settings, streams }) => {
  const { folder } = settings
  if (folder === null) return { close: async () => {} }
  try {
    mkdirSync(folder, { recursive: true })
  } catch (cause) {
    throw new MillraceError('SERVER_DATA_FOLDER', { directory: folder, reason: (cause as Error).message }, { cause })
  }
  const taking = new FolderIntake({
    ...{ folder, intake, log, streams },
    report: (event) => logger.warn(event, 'a file was not taken'),
    refused: ({ tenant, stream, name, code }) =>
      refusals.add({ caller: null, tenant, address: null, action: 'takeFile', target: `streams/${stream}/files/${name}`, result: code }),
  })
  // What a crash interrupted.
  for (const tenant of await folders(folder)) if (erasure.isUnderWay(tenant)) await taking.forget(tenant)
  erasure.on((tenant) => taking.forget(tenant))
  logger.info({ folder }, 'files are taken')
  return { close: () => taking.close() }
}
