import type { Registry } from 'prom-client'
import { BoundedNames, type Named } from './bounded-names.ts'
import { PresentValues } from './present-values.ts'
import { RisingTotals } from './rising-totals.ts'

/** Totals since the server began. */
export interface LookedAtSource extends Named {
  readonly messages: number
  readonly lost: number
  /** Null: the system does not say. */
  readonly behind: number | null
  readonly isFailing: boolean
}

export interface LookedAtSink extends Named {
  readonly rows: number
  readonly refused: number
  /** Sequences from where it is to the newest row that it will bring. */
  readonly behind: number
  readonly isFailing: boolean
}

export interface LookedAtConnectors {
  readonly sources: readonly LookedAtSource[]
  readonly sinks: readonly LookedAtSink[]
}

/** What sources and sinks of other systems do. */
export class ConnectorMetrics {
  /** To be told by whoever runs them: how they are now. */
  look: () => LookedAtConnectors = () => ({ sources: [], sinks: [] })
  private readonly sourceNames: BoundedNames
  private readonly sinkNames: BoundedNames
  private readonly totals: { readonly messages: RisingTotals<'source'>; readonly lost: RisingTotals<'source'> }
  private readonly sinkTotals: { readonly rows: RisingTotals<'sink'>; readonly refused: RisingTotals<'sink'> }
  private readonly behind: PresentValues<'source'>
  private readonly failing: PresentValues<'source'>
  private readonly sinkBehind: PresentValues<'sink'>
  private readonly sinkFailing: PresentValues<'sink'>

  constructor(registry: Registry, names: number) {
    const sources = new BoundedNames(names)
    const sinks = new BoundedNames(names)
    this.sourceNames = sources
    this.sinkNames = sinks
    this.totals = {
      messages: new RisingTotals(registry, sources, 'source', 'millrace_source_messages_total', 'Messages whose records are durable'),
      lost: new RisingTotals(registry, sources, 'source', 'millrace_source_lost_messages_total', 'Messages that the system dropped before they were read'),
    }
    this.behind = new PresentValues(registry, sources, 'source', 'sum', 'millrace_source_behind_messages', 'Messages that wait in the system, about')
    this.failing = new PresentValues(registry, sources, 'source', 'sum', 'millrace_source_failing', '1: the last try failed')
    this.sinkTotals = {
      rows: new RisingTotals(registry, sinks, 'sink', 'millrace_sink_rows_total', 'Rows that the system has'),
      refused: new RisingTotals(registry, sinks, 'sink', 'millrace_sink_refused_rows_total', 'Rows that the system would not take: dead letters of the sink'),
    }
    const help = 'Sequences of the log from where the sink is to the newest row that it will bring'
    this.sinkBehind = new PresentValues(registry, sinks, 'sink', 'max', 'millrace_sink_behind_records', help)
    this.sinkFailing = new PresentValues(registry, sinks, 'sink', 'sum', 'millrace_sink_failing', '1: the last try failed')
  }

  collect(): void {
    const { sources, sinks } = this.look()
    this.collectSources(sources)
    this.collectSinks(sinks)
  }

  private collectSources(sources: readonly LookedAtSource[]): void {
    for (const gone of this.sourceNames.admit(sources.map((one) => ({ ...one, use: one.messages }))))
      for (const total of Object.values(this.totals)) total.forget(gone)
    for (const gauge of [this.behind, this.failing]) gauge.begin()
    for (const one of sources) {
      this.totals.messages.take(one, one.messages)
      this.totals.lost.take(one, one.lost)
      this.behind.take(one, one.behind)
      this.failing.take(one, one.isFailing ? 1 : 0)
    }
  }

  private collectSinks(sinks: readonly LookedAtSink[]): void {
    for (const gone of this.sinkNames.admit(sinks.map((one) => ({ ...one, use: one.rows }))))
      for (const total of Object.values(this.sinkTotals)) total.forget(gone)
    for (const gauge of [this.sinkBehind, this.sinkFailing]) gauge.begin()
    for (const one of sinks) {
      this.sinkTotals.rows.take(one, one.rows)
      this.sinkTotals.refused.take(one, one.refused)
      this.sinkBehind.take(one, one.behind)
      this.sinkFailing.take(one, one.isFailing ? 1 : 0)
    }
  }
}
