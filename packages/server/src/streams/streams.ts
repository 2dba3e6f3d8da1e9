import { isDeepStrictEqual } from 'node:util'
import type { Retention, StreamVersion } from '@millrace/api/schemas'
import { MillraceError, type StreamNode } from '@millrace/plan'
import type { Control, Row } from '../control/control.ts'
import { defaultPageLimit, type Page, type PageRequest, pageOf } from '../control/page.ts'
import type { RegisteredStream, StreamRegistry } from './stream-registry.ts'

/** A stream as it stands in the control database. */
export interface DeclaredStream extends RegisteredStream {
  readonly declaredMs: number
  readonly retention: Retention
}

/** All of them are kept: records of each may be in the log. */
const mostVersions = 1000

const current = `SELECT streams.tenant, streams.name, retention, version, declaration, declared_ms FROM streams
JOIN stream_versions AS newest ON newest.tenant = streams.tenant AND newest.stream = streams.name
AND version = (SELECT max(version) FROM stream_versions AS other WHERE other.tenant = streams.tenant AND other.stream = streams.name)`

/** The tenants' streams and all versions of their schemas. */
export class Streams implements StreamRegistry {
  private readonly control: Control
  /** Asked for with every body of records. */
  private readonly known = new Map<string, DeclaredStream>()
  /** As each stream was found since it was declared, whichever its version was then. */
  private readonly found = new Map<string, WeakSet<RegisteredStream>>()

  constructor(control: Control) {
    this.control = control
  }

  find(tenant: string, stream: string): DeclaredStream | null {
    const key = keyOf(tenant, stream)
    const known = this.known.get(key)
    if (known !== undefined) return known
    const row = this.control.one(`${current} WHERE streams.tenant = ? AND streams.name = ?`, tenant, stream)
    if (row === null) return null
    const found = streamOf(row)
    this.known.set(key, found)
    this.found.set(key, (this.found.get(key) ?? new WeakSet()).add(found))
    return found
  }

  /** False: what was found was deleted since. */
  isDeclared(found: RegisteredStream): boolean {
    return this.found.get(keyOf(found.tenant, found.name))?.has(found) === true
  }

  /** Errors: STREAM_UNKNOWN. */
  get(tenant: string, stream: string): DeclaredStream {
    const found = this.find(tenant, stream)
    if (found === null) throw new MillraceError('STREAM_UNKNOWN', { stream })
    return found
  }

  list(tenant: string, page: PageRequest): Page<DeclaredStream> {
    const limit = (page.limit ?? defaultPageLimit) + 1
    const rows = this.control.all(`${current} WHERE streams.tenant = ? AND streams.name > ? ORDER BY streams.name LIMIT ?`, tenant, page.after ?? '', limit)
    return pageOf(rows.map(streamOf), page, ({ name }) => name)
  }

  names(tenant: string): readonly string[] {
    return this.control.all('SELECT name FROM streams WHERE tenant = ? ORDER BY name', tenant).map((row) => row['name'] as string)
  }

  /** Of all tenants, or of one. */
  all(tenant: string | null = null): readonly DeclaredStream[] {
    return this.control.all(`${current} WHERE ? IS NULL OR streams.tenant = ? ORDER BY streams.tenant, streams.name`, tenant, tenant).map(streamOf)
  }

  count(tenant: string): number {
    return Number(this.control.one('SELECT count(*) AS count FROM streams WHERE tenant = ?', tenant)?.['count'])
  }

  /** The oldest first. */
  versions(tenant: string, stream: string, page: PageRequest): Page<StreamVersion> {
    const after = /^\d{1,15}$/.test(page.after ?? '') ? Number(page.after) : 0
    const limit = (page.limit ?? defaultPageLimit) + 1
    const wanted = 'SELECT * FROM stream_versions WHERE tenant = ? AND stream = ? AND version > ? ORDER BY version LIMIT ?'
    return pageOf(this.control.all(wanted, tenant, stream, after, limit).map(versionOf), page, ({ version }) => String(version))
  }

  /** A new stream, or its next version where the declaration differs from the last. Errors: TENANT_QUOTA. */
  declare(tenant: string, stream: string, declaration: StreamNode, retention: Retention, declaredMs = Date.now()): DeclaredStream {
    const before = this.find(tenant, stream)
    this.control.transaction(() => {
      const { control } = this
      control.run('INSERT INTO streams VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET retention = excluded.retention', tenant, stream, JSON.stringify(retention))
      if (before !== null && isDeepStrictEqual(before.node, declaration)) return
      const version = (before?.version ?? 0) + 1
      if (version > mostVersions) throw new MillraceError('TENANT_QUOTA', { limit: mostVersions, what: 'versions of a stream' })
      control.run('INSERT INTO stream_versions VALUES (?, ?, ?, ?, ?)', tenant, stream, version, JSON.stringify(declaration), declaredMs)
    })
    this.known.delete(keyOf(tenant, stream))
    return this.get(tenant, stream)
  }

  /** It is to be erased, too, if not now then at the next start. */
  delete(tenant: string, stream: string): void {
    this.control.transaction(() => {
      this.control.run('DELETE FROM streams WHERE tenant = ? AND name = ?', tenant, stream)
      this.control.run('INSERT OR IGNORE INTO stream_erasures SELECT name, ? FROM tenants WHERE name = ?', stream, tenant)
    })
    this.known.delete(keyOf(tenant, stream))
    this.found.delete(keyOf(tenant, stream))
  }

  /** Deleted, and perhaps not erased. */
  erasing(): readonly { readonly tenant: string; readonly stream: string }[] {
    const rows = this.control.all('SELECT tenant, stream FROM stream_erasures')
    return rows.map((row) => ({ tenant: row['tenant'] as string, stream: row['stream'] as string }))
  }

  erased(tenant: string, stream: string): void {
    this.control.run('DELETE FROM stream_erasures WHERE tenant = ? AND stream = ?', tenant, stream)
  }

  /** The tenant and all its streams are gone. */
  forgetTenant(tenant: string): void {
    for (const kept of [this.known, this.found]) for (const key of kept.keys()) if (key.startsWith(`${tenant}\n`)) kept.delete(key)
  }
}

const keyOf = (tenant: string, stream: string): string => `${tenant}\n${stream}`

function versionOf(row: Row): StreamVersion {
  return { version: row['version'] as number, declaredMs: row['declared_ms'] as number, declaration: declarationOf(row) }
}

function streamOf(row: Row): DeclaredStream {
  return {
    tenant: row['tenant'] as string,
    name: row['name'] as string,
    version: row['version'] as number,
    node: declarationOf(row),
    declaredMs: row['declared_ms'] as number,
    retention: JSON.parse(row['retention'] as string) as Retention,
  }
}

function declarationOf(row: Row): StreamNode {
  return JSON.parse(row['declaration'] as string) as StreamNode
}
