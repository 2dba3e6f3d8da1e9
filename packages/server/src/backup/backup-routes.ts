import { Backup, BackupPage, PageQuery } from '@millrace/api/schemas'
import { at } from '../http/at.ts'
import type { Ground } from '../platform-ground.ts'

/** Backups, by the operator. */
export function addBackupRoutes({ http, backups }: Ground): void {
  const scopes = ['operator' as const]
  http.route({
    ...at('createBackup'),
    // It would wait for itself.
    config: { scopes, changes: false },
    schema: { summary: 'Copy all that the server keeps, while it goes on', response: { 201: Backup } },
    handler: async (_request, reply) => reply.code(201).send(await backups.create()),
  })
  http.route({
    ...at('listBackups'),
    config: { scopes },
    schema: { summary: 'Backups there are', querystring: PageQuery, response: { 200: BackupPage } },
    handler: (request) => backups.list(request.query),
  })
}
