import type { AlertQuery, AlertTotal, Alert as ApiAlert } from '@millrace/api/schemas'
import { MillraceError } from '@millrace/plan'
import type { Control, Row } from '../control/control.ts'
import { defaultPageLimit, type Page, pageOf } from '../control/page.ts'
import type { AlertResult } from './alert-results.ts'

/** An episode as the control database keeps it; silences are judged when it is shown. */
export type KeptAlert = Omit<ApiAlert, 'silenced'>

/** Of a tenant. Of more, those that are over go first, the oldest first. */
const mostAlerts = 10_000

/** Episodes of alerts by tenant: an index of what the log tells, and who acknowledged what. */
export class KeptAlerts {
  private readonly control: Control
  private readonly most: number

  constructor(control: Control, most = mostAlerts) {
    this.control = control
    this.most = most
  }

  /** Results below it are in the index. */
  position(tenant: string): number {
    return (this.control.one('SELECT position FROM alert_positions WHERE tenant = ?', tenant)?.['position'] as number | undefined) ?? 0
  }

  /** All of the results, in their order, and the position behind them, or nothing. */
  take(tenant: string, results: Iterable<AlertResult>, position: number): void {
    this.control.derived(() => {
      // An episode may be told of many times: it is read once, and written once.
      const changed = new Map<string, KeptAlert>()
      let isMore = false
      for (const result of results) {
        const before = changed.get(result.id) ?? this.find(tenant, result.id)
        isMore ||= before === null
        changed.set(result.id, after(before, result))
      }
      for (const alert of changed.values()) this.put(tenant, alert)
      if (isMore) this.prune(tenant)
      const moved = 'INSERT INTO alert_positions SELECT name, ? FROM tenants WHERE name = ? ON CONFLICT DO UPDATE SET position = excluded.position'
      this.control.run(moved, position, tenant)
    })
  }

  /** Null: there is none, or no longer. */
  find(tenant: string, id: string): KeptAlert | null {
    const row = this.control.one('SELECT * FROM alerts WHERE tenant = ? AND id = ?', tenant, id)
    return row === null ? null : alertOf(row)
  }

  /** The newest first. */
  list(tenant: string, query: AlertQuery): Page<KeptAlert> {
    const { after = '', limit = defaultPageLimit, app = null, output = null, severity = null, state = null } = query
    const before = /^\d{1,15}$/.test(after) ? Number(after) : Number.MAX_SAFE_INTEGER
    const fits = '(?3 IS NULL OR app = ?3) AND (?4 IS NULL OR output = ?4) AND (?5 IS NULL OR severity = ?5) AND (?6 IS NULL OR state = ?6)'
    const wanted = `SELECT * FROM alerts WHERE tenant = ?1 AND position < ?2 AND ${fits} ORDER BY position DESC LIMIT ?7`
    const rows = this.control.all(wanted, tenant, before, app, output, severity, state, limit + 1)
    return pageOf(rows.map(alertOf), query, ({ position }) => String(position))
  }

  /** Open ones by output. */
  open(tenant: string): readonly AlertTotal[] {
    const counted = `SELECT app, output, severity, sum(state = 'raised') AS raised, sum(state = 'acknowledged') AS acknowledged FROM alerts
WHERE tenant = ? AND state IN ('raised', 'acknowledged') GROUP BY app, output, severity ORDER BY app, output`
    return this.control.all(counted, tenant).map(totalOf)
  }

  /** An acknowledgement that is there stays. Errors: ALERT_UNKNOWN, ALERT_OVER. */
  acknowledge(tenant: string, app: string, id: string, { atMs, by, note }: NonNullable<KeptAlert['acknowledgement']>): KeptAlert {
    const found = this.find(tenant, id)
    if (found === null || found.app !== app) throw new MillraceError('ALERT_UNKNOWN', { app, alert: id })
    const { state } = found
    if (state === 'acknowledged') return found
    if (state !== 'raised') throw new MillraceError('ALERT_OVER', { alert: id, state })
    const set = "UPDATE alerts SET state = 'acknowledged', acknowledged_ms = ?, acknowledged_by = ?, note = ? WHERE tenant = ? AND id = ?"
    this.control.run(set, atMs, by, note, tenant, id)
    return { ...found, state: 'acknowledged', acknowledgement: { atMs, by, note } }
  }

  /** Open alerts of epochs before this one. */
  withdraw(tenant: string, app: string, output: string, epoch: number): void {
    const fits = "tenant = ? AND app = ? AND output = ? AND epoch < ? AND state IN ('raised', 'acknowledged')"
    this.control.run(`UPDATE alerts SET state = 'withdrawn' WHERE ${fits}`, tenant, app, output, epoch)
  }

  /** Nothing of an app that is no longer there. */
  private put(tenant: string, alert: KeptAlert): void {
    const { id, app, output, key, severity, state, message, openedMs, raisedMs, changedMs, position, epoch, revision } = alert
    const { atMs = null, by = null, note = null } = alert.acknowledgement ?? {}
    const set = `severity = excluded.severity, state = excluded.state, message = excluded.message, changed_ms = excluded.changed_ms, epoch = excluded.epoch,
revision = excluded.revision, acknowledged_ms = excluded.acknowledged_ms, acknowledged_by = excluded.acknowledged_by, note = excluded.note`
    const put = `INSERT INTO alerts SELECT tenant, ?, name, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM apps WHERE tenant = ? AND name = ? ON CONFLICT DO UPDATE SET ${set}`
    const known = [id, output, severity, state, message, JSON.stringify(key), openedMs, raisedMs, changedMs, position, epoch, revision]
    this.control.run(put, ...known, atMs, by, note, tenant, app)
  }

  private prune(tenant: string): void {
    const count = Number(this.control.one('SELECT count(*) AS count FROM alerts WHERE tenant = ?', tenant)?.['count'])
    if (count <= this.most) return
    const oldest = "SELECT id FROM alerts WHERE tenant = ? ORDER BY state IN ('raised', 'acknowledged'), position LIMIT ?"
    this.control.run(`DELETE FROM alerts WHERE tenant = ? AND id IN (${oldest})`, tenant, tenant, count - this.most)
  }
}

/** The episode as the result leaves it; before: null where this is the first that is told of it. */
function after(before: KeptAlert | null, result: AlertResult): KeptAlert {
  const { told, atMs, ...episode } = result
  const { severity, message, epoch, revision } = episode
  const state = stateAfter(told, before)
  if (before === null) return { ...episode, state, raisedMs: atMs, changedMs: atMs, acknowledgement: null }
  // Raised again after it was withdrawn, it is new to whoever acknowledged it.
  const acknowledgement = before.state === 'withdrawn' && state === 'raised' ? null : before.acknowledgement
  return { ...before, severity, message, epoch, revision, state, changedMs: atMs, acknowledgement }
}

/** What is acknowledged stays so while its episode goes on, also where it is computed anew. */
function stateAfter(told: AlertResult['told'], before: KeptAlert | null): KeptAlert['state'] {
  if (told === 'clear') return 'cleared'
  if (told === 'withdraw') return 'withdrawn'
  return before !== null && before.acknowledgement !== null && before.state !== 'withdrawn' ? 'acknowledged' : 'raised'
}

function totalOf(row: Row): AlertTotal {
  const { app, output } = row as { readonly app: string; readonly output: string }
  const severity = row['severity'] as AlertTotal['severity']
  return { app, output, severity, raised: row['raised'] as number, acknowledged: row['acknowledged'] as number }
}

function alertOf(row: Row): KeptAlert {
  const acknowledgedMs = row['acknowledged_ms'] as number | null
  return {
    id: row['id'] as string,
    app: row['app'] as string,
    output: row['output'] as string,
    key: JSON.parse(row['key'] as string) as KeptAlert['key'],
    severity: row['severity'] as KeptAlert['severity'],
    state: row['state'] as KeptAlert['state'],
    message: row['message'] as string,
    openedMs: row['opened_ms'] as number,
    raisedMs: row['raised_ms'] as number,
    changedMs: row['changed_ms'] as number,
    position: row['position'] as number,
    epoch: row['epoch'] as number,
    revision: row['revision'] as number,
    acknowledgement: acknowledgedMs === null ? null : { atMs: acknowledgedMs, by: row['acknowledged_by'] as string, note: row['note'] as string | null },
  }
}
