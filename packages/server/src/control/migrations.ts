/** A step of the control database's form; steps are only ever added, never changed. */
export interface Migration {
  readonly name: string
  readonly sql: string
}

/** In order; the number of a step is its place, from 1. */
export const migrations: readonly Migration[] = [
  {
    name: 'tenants, keys, streams, apps, audit',
    sql: `
CREATE TABLE tenants (
  name TEXT PRIMARY KEY,
  created_ms INTEGER NOT NULL,
  quotas TEXT NOT NULL
) STRICT;
CREATE TABLE keys (
  id TEXT PRIMARY KEY,
  tenant TEXT REFERENCES tenants (name) ON DELETE CASCADE,
  label TEXT NOT NULL,
  scopes TEXT NOT NULL,
  device TEXT,
  hash BLOB NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER,
  revoked_ms INTEGER,
  last_used_ms INTEGER
) STRICT;
CREATE INDEX keys_of_tenant ON keys (tenant, created_ms, id);
CREATE TABLE streams (
  tenant TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  retention TEXT NOT NULL,
  PRIMARY KEY (tenant, name)
) STRICT;
CREATE TABLE stream_versions (
  tenant TEXT NOT NULL,
  stream TEXT NOT NULL,
  version INTEGER NOT NULL,
  declaration TEXT NOT NULL,
  declared_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, stream, version),
  FOREIGN KEY (tenant, stream) REFERENCES streams (tenant, name) ON DELETE CASCADE
) STRICT;
CREATE TABLE apps (
  tenant TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  wanted TEXT NOT NULL,
  begin TEXT NOT NULL,
  failure TEXT,
  PRIMARY KEY (tenant, name)
) STRICT;
CREATE TABLE app_versions (
  tenant TEXT NOT NULL,
  app TEXT NOT NULL,
  version INTEGER NOT NULL,
  plan TEXT NOT NULL,
  plan_hash TEXT NOT NULL,
  params TEXT NOT NULL,
  deployed_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, app, version),
  FOREIGN KEY (tenant, app) REFERENCES apps (tenant, name) ON DELETE CASCADE
) STRICT;
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  tenant TEXT,
  key_id TEXT,
  address TEXT,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  result TEXT NOT NULL
) STRICT;
CREATE INDEX audit_of_tenant ON audit (tenant, id);`,
  },
  {
    name: 'webhooks',
    sql: `
CREATE TABLE webhooks (
  tenant TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  app TEXT NOT NULL,
  output TEXT NOT NULL,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  begin TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, name)
) STRICT;`,
  },
]
