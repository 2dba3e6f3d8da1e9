import type { Way, WayKind } from '../kept-ways.ts'

/** An output whose results are written to files. */
export interface FileSink extends Way {
  readonly format: 'ndjson' | 'csv'
  /** A file is finished so long after its first result, or when it is large. */
  readonly everySeconds: number
}

export const fileSinkKind: WayKind<FileSink> = {
  table: 'file_sinks',
  columns: {
    tenant: 'tenant',
    name: 'name',
    app: 'app',
    output: 'output',
    format: 'format',
    everySeconds: 'every_seconds',
    from: 'begin',
    createdMs: 'created_ms',
  },
  called: 'file sinks',
  errors: { exists: 'FILE_SINK_EXISTS', unknown: 'FILE_SINK_UNKNOWN', word: 'sink' },
}

/** Where the log keeps how far a sink has come. */
export function sinkMarkStream(name: string): string {
  return `$file-sinks/${name}/mark`
}

export function sinkPinName(name: string): string {
  return `$file-sinks/${name}`
}
