/** An output whose results are written to files. */
export interface FileSink {
  readonly tenant: string
  /** Unique within the tenant. */
  readonly name: string
  readonly app: string
  readonly output: string
  readonly format: 'ndjson' | 'csv'
  /** A file is finished so long after its first result, or when it is large. */
  readonly everySeconds: number
  readonly createdMs: number
  readonly from: 'begin' | 'now'
}

/** Where the log keeps how far a sink has come. */
export function sinkMarkStream(name: string): string {
  return `$file-sinks/${name}/mark`
}

export function sinkPinName(name: string): string {
  return `$file-sinks/${name}`
}
