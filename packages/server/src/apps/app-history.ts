import type { AppEvent } from '@millrace/api/schemas'
import type { Control, Row } from '../control/control.ts'
import { defaultPageLimit, type Page, type PageRequest, pageOf } from '../control/page.ts'

/** Of which app, what, and why. */
export interface NewAppEvent extends Pick<AppEvent, 'kind' | 'version'> {
  readonly tenant: string
  readonly app: string
  /** Null: no error. */
  readonly code?: string
  /** Null: it was asked for. */
  readonly reason?: string
}

/** Older ones are forgotten. */
const mostEvents = 1000
/** Traces of faults are long. */
const mostReasonLength = 2000

/** What happened to apps. */
export class AppHistory {
  private readonly control: Control
  private readonly most: number

  constructor(control: Control, most = mostEvents) {
    this.control = control
    this.most = most
  }

  /** All of them at once: a server starts thousands of apps. What happened to an app that is gone by now is not kept. */
  add(events: readonly NewAppEvent[], atMs = Date.now()): void {
    if (events.length === 0) return
    this.control.transaction(() => {
      for (const event of events) this.addOne(event, atMs)
    })
  }

  /** The version that was started last; null: it is not known. */
  startedVersion(tenant: string, app: string): number | null {
    const last = "SELECT version FROM app_events WHERE tenant = ? AND app = ? AND kind = 'started' ORDER BY id DESC LIMIT 1"
    return (this.control.one(last, tenant, app)?.['version'] as number | undefined) ?? null
  }

  /** The newest first. */
  list(tenant: string, app: string, page: PageRequest): Page<AppEvent> {
    const before = /^\d{1,15}$/.test(page.after ?? '') ? Number(page.after) : Number.MAX_SAFE_INTEGER
    const limit = (page.limit ?? defaultPageLimit) + 1
    const rows = this.control.all('SELECT * FROM app_events WHERE tenant = ? AND app = ? AND id < ? ORDER BY id DESC LIMIT ?', tenant, app, before, limit)
    return pageOf(rows.map(eventOf), page, ({ id }) => String(id))
  }

  /** Within a transaction. */
  addOne({ tenant, app, kind, version, code, reason }: NewAppEvent, atMs: number): void {
    const added = this.control.run(
      `INSERT INTO app_events (tenant, app, at_ms, kind, version, code, reason)
SELECT tenant, name, ?, ?, ?, ?, ? FROM apps WHERE tenant = ? AND name = ?`,
      ...[atMs, kind, version, code ?? null, reason?.slice(0, mostReasonLength) ?? null, tenant, app],
    )
    if (added === 0) return
    const kept = 'SELECT id FROM app_events WHERE tenant = ? AND app = ? ORDER BY id DESC LIMIT 1 OFFSET ?'
    const beyond = this.control.one(kept, tenant, app, this.most)
    if (beyond !== null) this.control.run('DELETE FROM app_events WHERE tenant = ? AND app = ? AND id <= ?', tenant, app, beyond['id'] as number)
  }
}

function eventOf(row: Row): AppEvent {
  return {
    id: row['id'] as number,
    atMs: row['at_ms'] as number,
    kind: row['kind'] as AppEvent['kind'],
    version: row['version'] as number,
    code: row['code'] as string | null,
    reason: row['reason'] as string | null,
  }
}
