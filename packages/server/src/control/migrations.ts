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
  {
    name: 'causes of app versions, history of apps',
    sql: `
ALTER TABLE app_versions ADD COLUMN cause TEXT NOT NULL DEFAULT 'deployed';
ALTER TABLE app_versions ADD COLUMN rolled_back_to INTEGER;
CREATE TABLE app_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant TEXT NOT NULL,
  app TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  version INTEGER NOT NULL,
  code TEXT,
  reason TEXT,
  FOREIGN KEY (tenant, app) REFERENCES apps (tenant, name) ON DELETE CASCADE
) STRICT;
CREATE INDEX app_events_of_app ON app_events (tenant, app, id);`,
  },
  {
    name: 'usage by day',
    sql: `
CREATE TABLE usage_of_streams (
  tenant TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
  day TEXT NOT NULL,
  stream TEXT NOT NULL,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  received_bytes INTEGER NOT NULL,
  PRIMARY KEY (tenant, day, stream)
) STRICT;
CREATE TABLE usage_of_apps (
  tenant TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
  day TEXT NOT NULL,
  app TEXT NOT NULL,
  cpu_ms REAL NOT NULL,
  PRIMARY KEY (tenant, day, app)
) STRICT;
CREATE TABLE usage_positions (
  tenant TEXT PRIMARY KEY REFERENCES tenants (name) ON DELETE CASCADE,
  sequence INTEGER NOT NULL
) STRICT;`,
  },
  {
    name: 'what the history keeps',
    sql: `
CREATE TABLE history_choices (
  tenant TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  keep INTEGER NOT NULL,
  max_age_ms INTEGER,
  PRIMARY KEY (tenant, kind, name)
) STRICT;`,
  },
  {
    name: 'alerts, silences',
    sql: `
CREATE TABLE alerts (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  app TEXT NOT NULL,
  output TEXT NOT NULL,
  severity TEXT NOT NULL,
  state TEXT NOT NULL,
  message TEXT NOT NULL,
  key TEXT NOT NULL,
  opened_ms INTEGER NOT NULL,
  raised_ms INTEGER NOT NULL,
  changed_ms INTEGER NOT NULL,
  position INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  acknowledged_ms INTEGER,
  acknowledged_by TEXT,
  note TEXT,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, app) REFERENCES apps (tenant, name) ON DELETE CASCADE
) STRICT;
CREATE INDEX alerts_by_position ON alerts (tenant, position);
CREATE INDEX alerts_of_app ON alerts (tenant, app);
CREATE TABLE alert_positions (
  tenant TEXT PRIMARY KEY REFERENCES tenants (name) ON DELETE CASCADE,
  position INTEGER NOT NULL
) STRICT;
CREATE TABLE silences (
  tenant TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
  id TEXT NOT NULL,
  app TEXT,
  output TEXT,
  key TEXT NOT NULL,
  from_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  note TEXT,
  PRIMARY KEY (tenant, id)
) STRICT;`,
  },
  {
    name: 'totals of dead letters',
    sql: `
CREATE TABLE dead_letter_totals (
  tenant TEXT NOT NULL,
  stream TEXT NOT NULL,
  totals TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (tenant, stream),
  FOREIGN KEY (tenant, stream) REFERENCES streams (tenant, name) ON DELETE CASCADE
) STRICT;`,
  },
  {
    name: 'erasures',
    sql: `
CREATE TABLE erasures (
  tenant TEXT PRIMARY KEY,
  begun_ms INTEGER NOT NULL
) STRICT;`,
  },
  {
    name: 'file sinks',
    sql: `
CREATE TABLE file_sinks (
  tenant TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  app TEXT NOT NULL,
  output TEXT NOT NULL,
  format TEXT NOT NULL,
  every_seconds INTEGER NOT NULL,
  begin TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, name)
) STRICT;`,
  },
  {
    name: 'idempotency keys',
    sql: `
CREATE TABLE idempotency (
  key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  answer BLOB,
  PRIMARY KEY (key_id, name)
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (at_ms);`,
  },
  {
    name: 'refusals that are counted',
    sql: 'ALTER TABLE audit ADD COLUMN times INTEGER NOT NULL DEFAULT 1;',
  },
  {
    name: 'usage of queries by hour',
    sql: `
CREATE TABLE usage_of_queries (
  tenant TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
  day TEXT NOT NULL,
  hour INTEGER NOT NULL,
  queries INTEGER NOT NULL,
  ms REAL NOT NULL,
  PRIMARY KEY (tenant, day, hour)
) STRICT;`,
  },
  {
    name: 'where epochs of apps began',
    sql: `
CREATE TABLE app_epochs (
  tenant TEXT NOT NULL,
  app TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  after INTEGER NOT NULL,
  PRIMARY KEY (tenant, app, epoch),
  FOREIGN KEY (tenant, app) REFERENCES apps (tenant, name) ON DELETE CASCADE
) STRICT;`,
  },
  {
    name: 'sources, sinks',
    sql: `
CREATE TABLE sources (
  tenant TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  stream TEXT NOT NULL,
  system TEXT NOT NULL,
  sealed TEXT NOT NULL,
  paused INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, name)
) STRICT;
CREATE TABLE sinks (
  tenant TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  outgoing TEXT NOT NULL,
  system TEXT NOT NULL,
  sealed TEXT NOT NULL,
  paused INTEGER NOT NULL,
  begin TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, name)
) STRICT;`,
  },
  {
    name: 'deleted streams of which something may be left',
    sql: `
CREATE TABLE stream_erasures (
  tenant TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
  stream TEXT NOT NULL,
  PRIMARY KEY (tenant, stream)
) STRICT;`,
  },
]
