import { randomBytes } from 'node:crypto'
import { pinLimits } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import type { Control, Row } from '../control/control.ts'
import type { Silence } from './silence.ts'

/** A tenant may have so many, those that ended lately included. */
const mostSilences = 1000
/** What a webhook delivers late is judged by the silences of its time: a day longer than results wait for it. */
const keptMs = pinLimits.maxAgeMs + 86_400_000

/** The tenants' silences. One that ended is known as long as results of its time may be delivered. */
export class Silences {
  private readonly control: Control
  /** Asked for with every result of an alert that leaves. */
  private readonly known = new Map<string, readonly Silence[]>()

  constructor(control: Control) {
    this.control = control
  }

  /** Errors: TENANT_QUOTA, SILENCE_TIME. */
  create(silence: Omit<Silence, 'id'>): Silence {
    const { tenant, app, output, key, fromMs, untilMs, by, note } = silence
    if (untilMs <= fromMs) throw new MillraceError('SILENCE_TIME')
    this.control.run('DELETE FROM silences WHERE until_ms < ?', fromMs - keptMs)
    this.known.clear()
    if (this.all(tenant).length >= mostSilences) throw new MillraceError('TENANT_QUOTA', { limit: mostSilences, what: 'silences' })
    const id = `sil_${randomBytes(8).toString('hex')}`
    const values = [tenant, id, app, output, JSON.stringify(key), fromMs, untilMs, by, note] as const
    this.control.run('INSERT INTO silences VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', ...values)
    this.known.delete(tenant)
    return { ...silence, id }
  }

  /** Those that are in force or lately were. */
  all(tenant: string): readonly Silence[] {
    const known = this.known.get(tenant) ?? this.control.all('SELECT * FROM silences WHERE tenant = ? ORDER BY until_ms, id', tenant).map(silenceOf)
    this.known.set(tenant, known)
    return known
  }

  inForce(tenant: string, atMs: number): readonly Silence[] {
    return this.all(tenant).filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)
  }

  /** Ends it now: what came meanwhile stays silenced. Errors: SILENCE_UNKNOWN. */
  end(tenant: string, id: string, atMs: number): void {
    if (!this.inForce(tenant, atMs).some((silence) => silence.id === id)) throw new MillraceError('SILENCE_UNKNOWN', { silence: id })
    this.control.run('UPDATE silences SET until_ms = ? WHERE tenant = ? AND id = ?', atMs, tenant, id)
    this.known.delete(tenant)
  }

  /** The tenant and all its silences are gone. */
  forgetTenant(tenant: string): void {
    this.known.delete(tenant)
  }
}

function silenceOf(row: Row): Silence {
  return {
    tenant: row['tenant'] as string,
    id: row['id'] as string,
    app: row['app'] as string | null,
    output: row['output'] as string | null,
    key: JSON.parse(row['key'] as string) as Silence['key'],
    fromMs: row['from_ms'] as number,
    untilMs: row['until_ms'] as number,
    by: row['created_by'] as string,
    note: row['note'] as string | null,
  }
}
