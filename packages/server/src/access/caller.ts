/**
 * What a key may do. operator: everything, of all tenants. admin: everything of its tenant. deploy: its streams and apps.
 * read: records, results, history, figures. ingest: records in, and nothing else.
 */
export type Scope = 'operator' | 'admin' | 'deploy' | 'read' | 'ingest'

/** Who asks, known by a key that was valid a moment ago. */
export interface Caller {
  readonly keyId: string
  /** Null: the operator, who belongs to no tenant. */
  readonly tenant: string | null
  readonly scopes: ReadonlySet<Scope>
  /** A key of one device only; null: of a tenant. */
  readonly device: string | null
}

/** Finds out who asks. */
export interface Access {
  /** Null: no such key, revoked, or past its time; nobody is told which. */
  caller(secret: string): Caller | null
}
