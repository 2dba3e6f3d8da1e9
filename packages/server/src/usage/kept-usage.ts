import type { Control } from '../control/control.ts'
import type { StreamCount } from './stream-counts.ts'

/** What an app used of the processor on a day. */
export interface AppCount {
  readonly tenant: string
  readonly day: string
  readonly app: string
  cpuMs: number
}

/** So many streams of a tenant's day have a line of their own, so many apps; what is beyond stands under `other`. */
const mostNames = 1000
const other = 'other'

/** Usage by day, in the control database. */
export class KeptUsage {
  private readonly control: Control

  constructor(control: Control) {
    this.control = control
  }

  /** Adds what was counted; `positions`: sequences of each tenant below which everything is counted then. All of it or nothing. */
  add(streams: readonly StreamCount[], apps: readonly AppCount[], positions: ReadonlyMap<string, number>): void {
    this.control.derived(() => {
      for (const count of streams) this.addStream(count)
      for (const count of apps) this.addApp(count)
      for (const [tenant, sequence] of positions) {
        this.control.run(
          'INSERT INTO usage_positions SELECT name, ? FROM tenants WHERE name = ? ON CONFLICT DO UPDATE SET sequence = excluded.sequence',
          ...[sequence, tenant],
        )
      }
    })
  }

  /** Sequence of a tenant below which everything is counted. */
  position(tenant: string): number {
    return Number(this.control.one('SELECT sequence FROM usage_positions WHERE tenant = ?', tenant)?.['sequence'] ?? 0)
  }

  /** Both days included, the oldest first. */
  streams(tenant: string, from: string, to: string): readonly StreamCount[] {
    const rows = this.control.all('SELECT * FROM usage_of_streams WHERE tenant = ? AND day BETWEEN ? AND ? ORDER BY day, stream', tenant, from, to)
    return rows.map((row) => {
      const { day, stream, rows: counted, bytes, received_bytes: receivedBytes } = row
      return { tenant, day, stream, rows: counted, bytes, receivedBytes } as StreamCount
    })
  }

  apps(tenant: string, from: string, to: string): readonly AppCount[] {
    const rows = this.control.all('SELECT * FROM usage_of_apps WHERE tenant = ? AND day BETWEEN ? AND ? ORDER BY day, app', tenant, from, to)
    return rows.map(({ day, app, cpu_ms: cpuMs }) => ({ tenant, day, app, cpuMs }) as AppCount)
  }

  /** Forgets days before this one. */
  forgetBefore(day: string): void {
    for (const table of ['usage_of_streams', 'usage_of_apps', 'usage_of_queries']) this.control.run(`DELETE FROM ${table} WHERE day < ?`, day)
  }

  private addStream({ tenant, day, stream, rows, bytes, receivedBytes }: StreamCount): void {
    const name = this.place('usage_of_streams', 'stream', tenant, day, stream)
    this.control.run(
      `INSERT INTO usage_of_streams SELECT name, ?, ?, ?, ?, ? FROM tenants WHERE name = ? ON CONFLICT DO UPDATE SET
rows = rows + excluded.rows, bytes = bytes + excluded.bytes, received_bytes = received_bytes + excluded.received_bytes`,
      ...[day, name, rows, bytes, receivedBytes, tenant],
    )
  }

  private addApp({ tenant, day, app, cpuMs }: AppCount): void {
    const name = this.place('usage_of_apps', 'app', tenant, day, app)
    this.control.run(
      'INSERT INTO usage_of_apps SELECT name, ?, ?, ? FROM tenants WHERE name = ? ON CONFLICT DO UPDATE SET cpu_ms = cpu_ms + excluded.cpu_ms',
      ...[day, name, cpuMs, tenant],
    )
  }

  /** The name that a count stands under. */
  private place(table: string, column: string, tenant: string, day: string, name: string): string {
    if (this.control.one(`SELECT 1 FROM ${table} WHERE tenant = ? AND day = ? AND ${column} = ?`, tenant, day, name) !== null) return name
    const { count } = this.control.one(`SELECT count(*) AS count FROM ${table} WHERE tenant = ? AND day = ?`, tenant, day) ?? { count: 0 }
    return Number(count) < mostNames ? name : other
  }
}
