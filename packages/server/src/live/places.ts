import { at } from '../http/at.ts'
import type { Outlet } from './reading/outlet.ts'
import type { Outlets } from './reading/outlets.ts'

type Names = Readonly<Record<string, string>>

/** An address where records are had. */
export interface Place {
  readonly url: string
  /** Where they are had as they come, whatever is accepted. */
  readonly liveUrl?: string
  readonly summary: string
  /** What its path names. */
  readonly names: readonly string[]
  outlet(outlets: Outlets, tenant: string, names: Names): Outlet
}

export const places: readonly Place[] = [
  {
    url: at('readRecords').url,
    liveUrl: at('followRecords').url,
    summary: 'Records of a stream',
    names: ['stream'],
    outlet: (outlets, tenant, { stream = '' }) => outlets.raw(tenant, stream),
  },
  {
    url: at('readDeadLetters').url,
    summary: 'Records that did not fit a stream',
    names: ['stream'],
    outlet: (outlets, tenant, { stream = '' }) => outlets.deadLetters(tenant, stream),
  },
  {
    url: at('readResults').url,
    liveUrl: at('followResults').url,
    summary: 'Results of an output',
    names: ['app', 'output'],
    outlet: (outlets, tenant, { app = '', output = '' }) => outlets.output(tenant, app, output),
  },
  {
    url: at('readLateRecords').url,
    summary: 'Records that came too late for an aggregate',
    names: ['app', 'operator'],
    outlet: (outlets, tenant, { app = '', operator = '' }) => outlets.late(tenant, app, operator),
  },
  {
    url: at('readWebhookDeadLetters').url,
    summary: 'Batches that a webhook could not deliver',
    names: ['webhook'],
    outlet: (outlets, tenant, { webhook = '' }) => outlets.deadBatches(tenant, webhook),
  },
  {
    url: at('readSinkDeadLetters').url,
    summary: 'Rows that the system of a sink would not take',
    names: ['sink'],
    outlet: (outlets, tenant, { sink = '' }) => outlets.refusedRows(tenant, sink),
  },
]
