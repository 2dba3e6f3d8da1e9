import type { Outgoing, SinkSystem } from '@millrace/api/schemas'
import type { Named, WayKind } from '../live/kept-ways.ts'

/** A system that results or records are brought to, as its tenant made it. */
export interface KeptSink extends Named {
  /** What goes out, as JSON: `outgoingOf`. */
  readonly outgoing: string
  readonly system: SinkSystem
  /** Settings, secrets among them: `SealedSettings`. */
  readonly sealed: string
  /** 1: it rests. */
  readonly paused: 0 | 1
  readonly from: 'begin' | 'now'
  readonly createdMs: number
}

export const sinkKind: WayKind<KeptSink> = {
  table: 'sinks',
  columns: {
    tenant: 'tenant',
    name: 'name',
    outgoing: 'outgoing',
    system: 'system',
    sealed: 'sealed',
    paused: 'paused',
    from: 'begin',
    createdMs: 'created_ms',
  },
  called: 'sinks',
  errors: { exists: 'SINK_EXISTS', unknown: 'SINK_UNKNOWN', word: 'sink' },
}

export function outgoingOf({ outgoing }: KeptSink): Outgoing {
  return JSON.parse(outgoing) as Outgoing
}

/** Where the log keeps how far a sink has come. */
export function sinkMarkStream(name: string): string {
  return `$sinks/${name}/mark`
}

/** Where the log keeps rows that a sink's system would not take. */
export function sinkDeadStream(name: string): string {
  return `$sinks/${name}/dead`
}

export function sinkPinName(name: string): string {
  return `$sinks/${name}`
}
