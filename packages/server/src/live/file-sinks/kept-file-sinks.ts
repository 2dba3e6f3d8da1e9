import { MillraceError } from '@millrace/plan'
import type { Control, Row } from '../../control/control.ts'
import type { FileSink } from './file-sink.ts'

/** A tenant may have so many. */
const maxFileSinks = 100

/** The file sinks in the control database. */
export class KeptFileSinks {
  private readonly control: Control

  constructor(control: Control) {
    this.control = control
  }

  /** Errors: FILE_SINK_EXISTS, TENANT_QUOTA. */
  create({ tenant, name, app, output, format, everySeconds, from, createdMs }: FileSink): void {
    if (this.find(tenant, name) !== null) throw new MillraceError('FILE_SINK_EXISTS', { sink: name })
    if (this.list(tenant).length >= maxFileSinks) throw new MillraceError('TENANT_QUOTA', { limit: maxFileSinks, what: 'file sinks' })
    this.control.run('INSERT INTO file_sinks VALUES (?, ?, ?, ?, ?, ?, ?, ?)', tenant, name, app, output, format, everySeconds, from, createdMs)
  }

  find(tenant: string, name: string): FileSink | null {
    const row = this.control.one('SELECT * FROM file_sinks WHERE tenant = ? AND name = ?', tenant, name)
    return row === null ? null : sinkOf(row)
  }

  /** Errors: FILE_SINK_UNKNOWN. */
  get(tenant: string, name: string): FileSink {
    const found = this.find(tenant, name)
    if (found === null) throw new MillraceError('FILE_SINK_UNKNOWN', { sink: name })
    return found
  }

  list(tenant: string): readonly FileSink[] {
    return this.control.all('SELECT * FROM file_sinks WHERE tenant = ? ORDER BY name', tenant).map(sinkOf)
  }

  all(): readonly FileSink[] {
    return this.control.all('SELECT * FROM file_sinks ORDER BY tenant, name').map(sinkOf)
  }

  delete(tenant: string, name: string): void {
    this.control.run('DELETE FROM file_sinks WHERE tenant = ? AND name = ?', tenant, name)
  }
}

function sinkOf(row: Row): FileSink {
  const { tenant, name, app, output, format } = row as Record<string, string>
  return { tenant, name, app, output, format, from: row['begin'], everySeconds: row['every_seconds'], createdMs: row['created_ms'] } as FileSink
}
