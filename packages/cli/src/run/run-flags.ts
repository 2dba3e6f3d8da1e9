/** The options of `millrace run` as they are given. */
export interface RunFlags {
  readonly input?: readonly string[]
  readonly speed: number
  readonly out: string
  readonly format?: 'ndjson' | 'csv' | 'table'
  readonly param?: readonly string[]
  readonly only?: readonly string[]
  readonly limit: number
  readonly tenant: string
  readonly summary?: string
  readonly state?: string
  readonly workers?: number
  readonly keepOpen?: boolean
  readonly fresh?: boolean
  readonly upgrade?: boolean
}
