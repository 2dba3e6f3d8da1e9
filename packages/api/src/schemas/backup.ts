import Type, { type Static } from 'typebox'
import { AtMs, Count, closed, pageOf, whole } from './shapes.ts'

export const Backup = closed(
  {
    name: Type.String({ description: 'Of its folder', examples: ['2026-11-23T10-40-00.000Z'] }),
    createdMs: { ...AtMs, description: 'All that was acknowledged before is in it; ms since 1970-01-01 UTC' },
    tookMs: Count,
    logMs: { ...AtMs, description: 'When the newest entry of its log was accepted; ms since 1970-01-01 UTC' },
    tenants: Count,
    files: Count,
    bytes: whole({ minimum: 0, description: 'Of all its files, those shared with the data folder included' }),
  },
  { description: 'A copy of all that the server keeps' },
)
export type Backup = Static<typeof Backup>

export const BackupPage = pageOf(Backup, 'Whole backups in the folder of the setting, the newest first')
export type BackupPage = Static<typeof BackupPage>
