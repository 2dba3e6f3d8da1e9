import type { StreamNode } from '@millrace/plan'

/** A tenant's stream as it is declared now. */
export interface RegisteredStream {
  readonly tenant: string
  readonly name: string
  /** Of its schema, from 1; every chunk of the log says which one its rows follow. */
  readonly version: number
  readonly node: StreamNode
}

export interface StreamRegistry {
  /** Null: the tenant has no such stream. */
  find(tenant: string, stream: string): RegisteredStream | null
}
