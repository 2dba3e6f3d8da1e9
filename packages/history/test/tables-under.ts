import { join } from 'node:path'
import { nodeFiles } from '@millrace/log'
import { foundFolders } from '../src/files/found-folders.ts'
import type { QueryTable } from '../src/query/messages.ts'
import { tableOf } from '../src/query/table-of.ts'

/** A tenant's tables in the folder `history` of a data folder. */
export async function tablesUnder(data: string, tenant: string): Promise<readonly QueryTable[]> {
  const found = await foundFolders(nodeFiles, join(data, 'history'))
  return found.flatMap(({ tenant: of, folder }) => (of === tenant ? [tableOf(folder, folder.manifest)] : []))
}
