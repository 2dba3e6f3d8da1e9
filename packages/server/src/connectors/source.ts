import type { SourceSystem } from '@millrace/api/schemas'
import type { Named, WayKind } from '../live/kept-ways.ts'

/** A system whose messages become records of a stream, as its tenant made it. */
export interface KeptSource extends Named {
  readonly stream: string
  readonly system: SourceSystem
  /** Settings, secrets among them: `SealedSettings`. */
  readonly sealed: string
  /** 1: it rests. */
  readonly paused: 0 | 1
  readonly createdMs: number
}

export const sourceKind: WayKind<KeptSource> = {
  table: 'sources',
  columns: { tenant: 'tenant', name: 'name', stream: 'stream', system: 'system', sealed: 'sealed', paused: 'paused', createdMs: 'created_ms' },
  called: 'sources',
  errors: { exists: 'SOURCE_EXISTS', unknown: 'SOURCE_UNKNOWN', word: 'source' },
}

/** Where the log keeps how far a source has come. */
export function sourceMarkStream(name: string): string {
  return `$sources/${name}/mark`
}
