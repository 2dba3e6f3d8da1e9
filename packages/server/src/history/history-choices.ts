import type { HistoryChoice } from '@millrace/api/schemas'
import type { Control } from '../control/control.ts'

export type ChoiceKind = 'app' | 'stream'

/** What the history is to keep of apps and streams, in the control database; where nobody chose, what the settings say. */
export class HistoryChoices {
  private readonly control: Control
  private readonly defaults: Readonly<Record<ChoiceKind, HistoryChoice>>

  constructor(control: Control, keepResults: boolean) {
    this.control = control
    this.defaults = { app: { keep: keepResults, maxAgeMs: null }, stream: { keep: false, maxAgeMs: null } }
  }

  of(tenant: string, kind: ChoiceKind, name: string): HistoryChoice {
    const row = this.control.one('SELECT keep, max_age_ms FROM history_choices WHERE tenant = ? AND kind = ? AND name = ?', tenant, kind, name)
    return row === null ? this.defaults[kind] : { keep: row['keep'] === 1, maxAgeMs: row['max_age_ms'] as number | null }
  }

  choose(tenant: string, kind: ChoiceKind, name: string, { keep, maxAgeMs }: HistoryChoice): void {
    const sql = 'INSERT INTO history_choices VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET keep = excluded.keep, max_age_ms = excluded.max_age_ms'
    this.control.run(sql, tenant, kind, name, keep ? 1 : 0, maxAgeMs)
  }

  forget(tenant: string, kind: ChoiceKind, name: string): void {
    this.control.run('DELETE FROM history_choices WHERE tenant = ? AND kind = ? AND name = ?', tenant, kind, name)
  }
}
