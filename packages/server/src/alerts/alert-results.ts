import type { Alert } from '@millrace/api/schemas'
import type { Piece } from '@millrace/log'
import type { Encoders } from '../live/reading/encoders.ts'
import { outputOutlet } from '../live/reading/output-outlet.ts'
import { linesOf } from '../live/reading/page-body.ts'
import type { AlertOutput } from './alert-outputs.ts'

/** A result of an alert: what became of an episode. */
export interface AlertResult extends Pick<Alert, 'id' | 'app' | 'output' | 'key' | 'severity' | 'message' | 'openedMs' | 'position' | 'epoch' | 'revision'> {
  readonly told: 'open' | 'update' | 'clear' | 'withdraw'
  /** Log time. */
  readonly atMs: number
}

/** As the encoder writes a result of an alert; columns of its key besides. */
interface Line extends Readonly<Record<string, unknown>> {
  readonly _id: string
  readonly _revision: number
  readonly $sequence: number
  readonly $ingestionMs: number
  readonly $epoch: number
  readonly alert: AlertResult['told']
  readonly severity: Alert['severity']
  readonly message: string
  readonly openedAt: string
}

/** What a piece of an alert's stream tells, in its order. */
export function* alertResults(tenant: string, of: AlertOutput, piece: Piece, encoders: Encoders): Generator<AlertResult> {
  const part = outputOutlet(tenant, of.plan, of.output).read(piece)
  if (part === null) return
  for (const lines of linesOf(part, 'ndjson', encoders))
    for (const line of lines.toString().split('\n')) if (line !== '') yield resultOf(of, JSON.parse(line) as Line)
}

function resultOf({ app, output, alert }: AlertOutput, line: Line): AlertResult {
  const { _id: id, _revision: revision, $sequence: position, $ingestionMs: atMs, $epoch: epoch, alert: told, severity, message } = line
  const key = Object.fromEntries(alert.key.map((name) => [name, line[name] ?? null])) as AlertResult['key']
  return { id, app, output, key, told, severity, message, openedMs: Date.parse(line.openedAt), atMs, position, epoch, revision }
}
